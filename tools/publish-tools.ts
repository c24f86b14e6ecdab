import type { ToolSource } from '../domain/tools/tool-definition.ts';
import type { Toolbox } from './toolbox.ts';

/** How often a worker tells of its tools when nothing changes; milliseconds. */
const roundMs = 30_000;
/** Several changes that come at once are told once; milliseconds. */
const gatherMs = 100;

/** Keeps all other processes informed of the tools that this one runs. What fails is told with the next round. */
export class ToolPublisher implements AsyncDisposable {
  readonly #save: (sources: readonly ToolSource[]) => Promise<void>;
  readonly #rounds: NodeJS.Timeout;
  #toolbox: Pick<Toolbox, 'list' | 'refresh'> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #saving: Promise<void> = Promise.resolve();

  constructor(save: (sources: readonly ToolSource[]) => Promise<void>) {
    this.#save = save;
    this.#rounds = setInterval(() => this.#round(), roundMs).unref();
  }

  /** Begins with what there is; resolves when it is told, or could not be. */
  open(toolbox: Pick<Toolbox, 'list' | 'refresh'>): Promise<void> {
    this.#toolbox = toolbox;
    return this.#tell();
  }

  /** Something has changed. Returns at once. */
  note(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#tell();
    }, gatherMs).unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#rounds);
    clearTimeout(this.#timer);
    await this.#saving;
  }

  #round(): void {
    this.#toolbox?.refresh();
    void this.#tell();
  }

  #tell(): Promise<void> {
    this.#saving = this.#tellAfter(this.#saving);
    return this.#saving;
  }

  async #tellAfter(before: Promise<void>): Promise<void> {
    await before;
    const sources = this.#toolbox?.list();
    if (sources !== undefined) await this.#save(sources).catch(() => undefined);
  }
}
