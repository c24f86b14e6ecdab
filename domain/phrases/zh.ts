import type { PhraseId } from './en.ts';

/** The same sentences in Chinese. */
export const chinese = {
  'session-busy': '这个会话等待回复的消息已满，请在有消息得到回复后再试。',
  'session-archived': '这个会话已归档，不再接收消息。恢复后即可继续。',
  'session-ended': '这个会话已结束，请新建一个会话。',
  'restored-by-message': '这个会话原已归档，您的消息已将其恢复。',
  held: '这个会话已归档。您的消息已保留，会话恢复后会得到回复。',
  withdrawn: '这条消息在得到回复前已撤回。',
  interrupted: '在第一个字出现之前已停止。',

  'fork-title': '{title}（分支）',

  'model-failed': '模型未能回答，请重新发送消息。',
  'model-empty': '模型没有返回任何内容，请重新发送，或换一种说法。',
  'model-unreachable': '无法连接模型服务器。请检查它是否在运行、地址是否正确，然后重新发送消息。',
  'model-timeout': '模型响应超时。请重新发送消息，或选择更快的模型。',
  'model-rate-limited': '模型提供方暂时不再接受请求，请稍后重新发送消息。',
  'model-overloaded': '模型提供方目前有故障，请稍后重新发送消息。',
  'model-auth': '模型提供方拒绝了密钥。请设置有效的密钥并重启服务器。',
  'model-no-key': '模型提供方尚未配置密钥。请在环境变量或 atrium.yaml 中设置，然后重启服务器。',
  'model-forbidden': '模型提供方不允许此密钥使用该模型。请更换模型或密钥。',
  'model-unknown': '模型提供方不认识这个模型。请选择其他模型，或检查服务器地址。',
  'model-cut-off': '模型的回答中途断开，请重新发送消息。',
  'model-rejected': '模型提供方拒绝了请求。请修改消息或选择其他模型。',
  'model-refused': '模型提供方拒绝回答这条消息。',
  'model-garbled': '模型服务器返回的内容不是有效回答。请检查该地址是否支持 OpenAI 协议。',
  'context-too-long': '对话对这个模型来说太长了。请重置会话，或选择支持更长上下文的模型。',

  'offline-intro': '我是离线模型：目前没有连接语言模型，我只能保存和复述您写的内容。',
  'offline-greeting': '您好！我是离线模型。请写点什么，我会告诉您没有模型时能做什么。',
  'offline-told': '我查询后得到：{text}',
  'offline-quote': '您写的是：“{text}”',
  'offline-earlier': '在此之前您写过：\n{lines}',
  'offline-abilities':
    '没有模型也能做的事：\n' +
    '- 这个会话保存每条消息，断电也不会丢失：npx atrium sessions show\n' +
    '- 新建其他会话：npx atrium sessions create，npx atrium chat --session KEY\n' +
    '- 归档、恢复、置顶、改名：npx atrium sessions archive KEY 等\n' +
    '- 搜索所有会话：npx atrium sessions list --query 关键词\n' +
    '- 查看发生过什么：npx atrium replay KEY；检查一切：npx atrium doctor',
  'offline-connect':
    '要连接模型，请停止服务器，按需设置下列变量，再用 npm start 启动：\n' +
    '    export OPENAI_API_KEY=您的密钥\n' +
    '    export OPENAI_BASE_URL=http://127.0.0.1:8080/v1   # 仅用于 OpenAI 以外的服务器\n' +
    '    export ATRIUM_MODEL=openai:模型名   # 仅在要指定模型时',

  'interrupted-tools': '在使用工具时已停止。',
  'tool-limit': '模型一直请求工具，在一轮允许的步数内没有给出回答。请换一种说法，或一次少问一些。',
  'tools-used-up': '你已用完这一轮允许的全部工具调用。请现在根据已知内容回答，不能再调用工具。',
  'tool-repeated': '这一轮里已经做过两次完全相同的调用，结果不会改变。请根据已知内容回答，或请求别的内容。',
  'tool-too-many': '一次请求的调用太多：最多执行 {count} 个。其余的请稍后再请求。',
  'tool-approval': '助手想使用 {name}，参数为 {arguments}。请允许或拒绝。',
  'tool-denied': '用户没有允许这次调用。这一轮里不要再次请求。',
  'tool-expired': '没有人及时允许这次调用，因此没有执行。',
  'tool-stopped': '这次调用已被停止，可能已部分生效。',
  'tool-not-made': '这次调用没有执行：这一轮在此之前已停止。',
  'tool-unknown':
    '这次调用的结果未知：执行它的进程已丢失。它可能已经生效，也可能没有，并且没有再次执行。重复之前请先核实。',
  'tool-no-worker': '这次调用没有执行：没有空闲的工具进程。',

  'sign-in-title': '登录',
  'sign-in-lead': '这个链接用于登录此浏览器，只能使用一次。',
  'sign-in-button': '登录',
  'sign-in-expired': '这个链接已经用过，或已超过 15 分钟。请在服务器所在的机器上获取新链接：',
  'sign-in-missing': '请用服务器生成的链接登录。启动时会显示一个；也可以在服务器所在的机器上获取：',
  'sign-in-failed': '服务器没有应答，请重试。',
  'start-title': 'Atrium 正在运行',
  'start-chat': '在终端里对话：',
  'start-sessions': '查看会话：',
  'start-link': '登录另一个浏览器：',
  'start-docs': '程序接口文档',

  'default-instructions': '你是这个对话的助手。请提供有用、准确、简洁的回答，并使用最新消息所用的语言。',
  'title-instructions': '为这个对话写一个标题：不超过十二个字，使用对话的语言，不加引号和句号。只回答标题。',
  'summary-instructions':
    '为继续这个对话的人总结它：事实、决定、名称、数字、未解决的问题，以及用户想要什么。保持对话的语言。只回答总结。',
  'summary-heading': '这个对话前面部分的总结：\n{summary}',
} as const satisfies Record<PhraseId, string>;
