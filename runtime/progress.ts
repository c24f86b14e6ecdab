/** Takes one line that tells the person at the terminal what is being done now. */
export type Progress = (line: string) => void;
