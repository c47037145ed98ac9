/** The rolls of the index: units of the drawing, which is stretched to the room there is. */
export const rollSize = { row: 18, width: 1000 } as const;
