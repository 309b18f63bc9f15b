export const KeySettings = () => null;
