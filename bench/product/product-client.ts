import type { MessageAnswer, MessagePage, PostAnswer } from '../../cli/client/answers.ts';

export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}

export interface PostBody {
  readonly text: string;
  readonly id?: string;
  readonly wait?: boolean | number;
}

/** The server over HTTP with as little in between as possible; an answer is returned whatever its status. */
export interface ProductClient {
  call<Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>>;
  /** Makes a session and returns its key. */
  createSession(key?: string): Promise<string>;
  post(key: string, body: PostBody): Promise<Answer<PostAnswer>>;
  /** One turn to its end; returns the reply's text. Throws for any other outcome. */
  ask(key: string, text: string): Promise<string>;
  /** The whole transcript, oldest first. */
  listAllMessages(key: string): Promise<readonly MessageAnswer[]>;
}

export function createProductClient(url: string, token: string): ProductClient {
  const call = async <Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as Body };
  };
  const post = (key: string, body: PostBody): Promise<Answer<PostAnswer>> =>
    call('POST', `/api/sessions/${key}/messages`, body);
  return {
    call,
    post,
    async createSession(key) {
      const body = key === undefined ? {} : { key };
      const answer = await call<{ readonly sessionKey: string }>('POST', '/api/sessions/create', body);
      if (answer.status !== 201) throw unexpected('create a session', answer);
      return answer.body.sessionKey;
    },
    async ask(key, text) {
      const answer = await post(key, { text, wait: true });
      if (answer.body.outcome !== 'replied') throw unexpected('get a reply', answer);
      return answer.body.reply?.text ?? '';
    },
    async listAllMessages(key) {
      const pages: (readonly MessageAnswer[])[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const path = `/api/sessions/${key}/messages?limit=200${query}`;
        const page: Answer<MessagePage> = await call<MessagePage>('GET', path);
        if (page.status !== 200) throw unexpected('list messages', page);
        pages.unshift(page.body.items);
        cursor = page.body.nextCursor;
      }
      return pages.flat();
    },
  };
}

const unexpected = (what: string, { status, body }: Answer<unknown>): Error =>
  new Error(`Cannot ${what}: ${status} ${JSON.stringify(body)}`);
