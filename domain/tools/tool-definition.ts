/** What a model is told of a tool. */
export interface ToolDefinition {
  /** 1 to 64 of `[a-zA-Z0-9_-]`. */
  readonly name: string;
  readonly description: string;
  readonly parameters: JsonSchema;
}

/** The JSON schema of an object. */
export interface JsonSchema {
  readonly type: 'object';
  readonly [keyword: string]: unknown;
}

/** A tool as every process knows it, whoever runs it. */
export interface KnownTool {
  readonly definition: ToolDefinition;
  /** SHA-256 of the definition as canonical JSON. */
  readonly hash: string;
  readonly isIdempotent: boolean;
  readonly needsApproval: boolean;
}

/** Where tools come from, and how it is. */
export interface ToolSource {
  /** `built-in`, or the name of an MCP server. */
  readonly name: string;
  readonly kind: 'built-in' | 'stdio' | 'http';
  readonly state: 'ready' | 'starting' | 'down';
  /** Why it is down; null when it is not. */
  readonly problem: string | null;
  readonly tools: readonly KnownTool[];
}

/** Names of tools, or every tool that there is. */
export type ToolChoice = 'all' | readonly string[];

/**
 * Whether a session may use a tool: what the session says itself, or else what the configuration says. What is not allowed
 * is neither offered nor run.
 */
export function mayUseTool(name: string, own: readonly string[] | null, usual: ToolChoice): boolean {
  const choice = own ?? usual;
  return choice === 'all' || choice.includes(name);
}
