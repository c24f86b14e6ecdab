/** Every sentence that the server writes to a person, in English. The keys of this catalogue are the ids of phrases. */
export const english = {
  // What happens to a message.
  'session-busy':
    'This session already has as many waiting messages as it may. Please try again when one is answered.',
  'session-archived': 'This session is archived and takes no messages. Restore it to go on.',
  'session-ended': 'This session has ended. Please start a new one.',
  'restored-by-message': 'This session was archived; your message brought it back.',
  held: 'This session is archived. Your message is kept and will be answered when the session returns.',
  withdrawn: 'This message was withdrawn before it was answered.',
  interrupted: 'Stopped before the first word.',

  // Titles.
  'fork-title': '{title} (fork)',

  // Why there is no answer. Each says what to do.
  'model-failed': 'The model could not answer. Please send the message again.',
  'model-empty': 'The model answered nothing. Please send the message again, perhaps in other words.',
  'model-unreachable':
    'The model’s server cannot be reached. Check that it runs and that its address is right, then send the message again.',
  'model-timeout': 'The model took too long. Please send the message again, or choose a faster model.',
  'model-rate-limited':
    'The model’s provider allows no more requests for now. Please send the message again later.',
  'model-overloaded': 'The model’s provider has trouble at the moment. Please send the message again later.',
  'model-auth': 'The model’s provider refused the key. Set a valid key and restart the server.',
  'model-no-key':
    'The model’s provider has no key. Set it in the environment or in atrium.yaml and restart the server.',
  'model-forbidden':
    'The model’s provider does not allow this key to use this model. Choose another model or key.',
  'model-unknown':
    'The model’s provider does not know this model. Choose another one, or check the address of its server.',
  'model-cut-off': 'The model’s answer broke off in the middle. Please send the message again.',
  'model-rejected': 'The model’s provider rejected the request. Change the message or choose another model.',
  'model-refused': 'The model’s provider refuses to answer this message.',
  'model-garbled':
    'The model’s server sent something that is no answer. Check that its address speaks the OpenAI protocol.',
  'context-too-long':
    'The conversation is too long for this model. Reset the session or choose a model that takes more.',

  // What the offline model says.
  'offline-intro':
    'I am the offline model: no language model is connected, so I can only keep and repeat what you write.',
  'offline-greeting':
    'Hello! I am the offline model. Write something, and I will show you what works without a model.',
  'offline-told': 'I asked for it and was told: {text}',
  'offline-quote': 'You wrote: “{text}”',
  'offline-earlier': 'Before that you wrote here:\n{lines}',
  'offline-abilities':
    'What works without a model:\n' +
    '- this session keeps every message, also when the power fails: npx atrium sessions show\n' +
    '- more sessions beside it: npx atrium sessions create, npx atrium chat --session KEY\n' +
    '- archive, restore, pin, rename: npx atrium sessions archive KEY, and so on\n' +
    '- search in all of them: npx atrium sessions list --query WORDS\n' +
    '- look into what happened: npx atrium replay KEY; check everything: npx atrium doctor',
  'offline-connect':
    'To connect a model, stop the server, set what applies, and start it again with npm start:\n' +
    '    export OPENAI_API_KEY=your-key\n' +
    '    export OPENAI_BASE_URL=http://127.0.0.1:8080/v1   # only for a server other than OpenAI’s own\n' +
    '    export ATRIUM_MODEL=openai:the-model   # only to choose one',

  // Tools.
  'interrupted-tools': 'Stopped while tools were used.',
  'tool-limit':
    'The model kept asking for tools and gave no answer within the steps that a turn may take. Please ask in other words, or for less at once.',
  'tools-used-up':
    'You have used all the tool calls that this turn may make. Answer now, with what you know; no further call is possible.',
  'tool-repeated':
    'This very call was made twice in this turn already, and its result will not change. Answer with what you know, or ask for something else.',
  'tool-too-many': 'Too many calls at once: at most {count} are made. Ask for the rest afterwards.',
  'tool-approval': 'The assistant wants to use {name} with {arguments}. Allow or deny it.',
  'tool-denied': 'The person did not allow this call. Do not ask for it again in this turn.',
  'tool-expired': 'Nobody allowed this call in time; it was not made.',
  'tool-stopped': 'This call was stopped. It may have taken effect in part.',
  'tool-not-made': 'This call was not made: the turn was stopped before.',
  'tool-unknown':
    'The outcome of this call is unknown: what did it was lost. It may or may not have taken effect, and was not made again. Check before you repeat it.',
  'tool-no-worker': 'This call was not made: no worker for tools was free in time.',

  // The server's own pages.
  'sign-in-title': 'Sign in',
  'sign-in-lead': 'This link signs this browser in. It works once.',
  'sign-in-button': 'Sign in',
  'sign-in-expired':
    'This link was used before or is older than 15 minutes. Get a new one on the server’s machine:',
  'sign-in-missing':
    'A link that the server made brings you in. Its start prints one; get another on its machine:',
  'sign-in-failed': 'The server does not answer. Please try again.',
  'start-title': 'Atrium is running',
  'start-chat': 'Talk to it in a terminal:',
  'start-sessions': 'See your sessions:',
  'start-link': 'Sign another browser in:',
  'start-docs': 'What programs can ask of it',

  // What models are told.
  'default-instructions':
    'You are the assistant of this conversation. Be helpful, exact and brief. Answer in the language of the latest message.',
  'title-instructions':
    'Write a title for this conversation: at most six words, in its language, without quotes or a closing dot. Answer with the title alone.',
  'summary-instructions':
    'Sum up this conversation for whoever continues it: facts, decisions, names, numbers, open questions, and what the user wants. Keep its language. Answer with the summary alone.',
  'summary-heading': 'Summary of the earlier part of this conversation:\n{summary}',
} as const;

export type PhraseId = keyof typeof english;
