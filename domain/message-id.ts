const shape = /^[\x20-\x7e]{1,128}$/;

/** Whether a text can be the id of a message: 1 to 128 printable ASCII characters. */
export function isMessageId(id: string): boolean {
  return shape.test(id);
}
