import { gallery } from '#words/en/gallery.ts';
import { spoken } from './language.ts';

export const galleryWords = spoken(gallery);
