/**
 * A text as PostgreSQL can hold it: NUL bytes and lone surrogates become U+FFFD. Callers refuse both at the edge; what
 * slips through from a model must not keep a whole session out of the projection.
 */
export function storableText<Text extends string | null>(text: Text): Text {
  if (text === null) return text;
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  // The same kind of text as came in: a string stays a string.
  return (wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '\uFFFD') : wellFormed) as Text;
}
