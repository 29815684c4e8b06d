// Which files of src/ are no code, but are read by it: they go wherever the built program goes.

/** Whether a file is copied as it is: whatever is neither TypeScript nor a note for people. */
export const isAsset = (path: string): boolean => !/\.ts$|\.md$/.test(path);
