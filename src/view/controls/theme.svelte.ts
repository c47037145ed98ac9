/** `auto` follows the system. */
export type Theme = 'auto' | 'light' | 'dark';

export const themes: readonly Theme[] = ['auto', 'light', 'dark'];

/** The inline script of `app.html` reads the same key before the first paint. */
const KEY = 'golangia:theme';

/** The reader's choice, kept in this browser where it has a storage, and written on `<html data-theme>`. */
class ThemeChoice {
	#current = $state<Theme>('auto');

	get current(): Theme {
		return this.#current;
	}

	/** Take over what the page was opened with. Call once in the browser. */
	restore(): void {
		const theme = document.documentElement.dataset['theme'];
		this.#current = theme === 'light' || theme === 'dark' ? theme : 'auto';
	}

	choose(theme: Theme): void {
		this.#current = theme;
		if (theme === 'auto') delete document.documentElement.dataset['theme'];
		else document.documentElement.dataset['theme'] = theme;
		try {
			if (theme === 'auto') localStorage.removeItem(KEY);
			else localStorage.setItem(KEY, theme);
		} catch {
			// No storage: the choice lasts as long as the page.
		}
	}
}

export const themeChoice = new ThemeChoice();
