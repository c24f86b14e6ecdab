import type { Answer, ApiServer } from './api-server.ts';
import type { CreatedJson, MessageJson, MessagePageJson, PostedJson, SessionJson } from './api-shapes.ts';
import { until } from './until.ts';

/** One session, as a client of the API has it. */
export interface ApiSession {
  readonly key: string;
  post(body: object): Promise<Answer<PostedJson>>;
  /** Posts a text under an id; fails unless it is accepted. */
  accept(id: string, text: string): Promise<void>;
  messages(query?: string): Promise<readonly MessageJson[]>;
  show(): Promise<SessionJson>;
  /** `POST /api/sessions/:key/<verb>`. */
  verb<Body = Record<string, unknown>>(name: string, body?: object): Promise<Answer<Body>>;
  delete<Body = Record<string, unknown>>(path?: string): Promise<Answer<Body>>;
  /** Waits until a row with this id has this status, and returns it. */
  untilStatus(id: string, status: string): Promise<MessageJson>;
}

export async function createApiSession(server: ApiServer, body: object = {}): Promise<ApiSession> {
  const created = await server.call<CreatedJson>('POST', '/api/sessions/create', body);
  if (created.status !== 201) throw new Error(`No session: ${JSON.stringify(created.body)}`);
  return apiSession(server, created.body.sessionKey);
}

export function apiSession(server: ApiServer, key: string): ApiSession {
  const path = `/api/sessions/${key}`;
  const messages = async (query = ''): Promise<readonly MessageJson[]> =>
    (await server.call<MessagePageJson>('GET', `${path}/messages${query}`)).body.items;
  const post = (body: object) => server.call<PostedJson>('POST', `${path}/messages`, body);
  return {
    key,
    post,
    accept: async (id, text) => {
      const { status, body } = await post({ id, text });
      if (status !== 202) throw new Error(`Not accepted: ${JSON.stringify(body)}`);
    },
    messages,
    show: async () => (await server.call<SessionJson>('GET', path)).body,
    verb: (name, body) => server.call('POST', `${path}/${name}`, body),
    delete: (below = '') => server.call('DELETE', `${path}${below}`),
    untilStatus: (id, status) =>
      until(async () => (await messages()).find((row) => row.id === id && row.status === status), {
        what: `message ${id} to be ${status}`,
      }),
  };
}
