import { createRandom } from '../nothing-lost/random.ts';

const syllables = 'ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo zu'.split(' ');

/** Made-up words that can be told apart; the first ones are meant to be used most. */
export function makeWords(count: number): readonly string[] {
  const random = createRandom(7);
  const pick = (): string => syllables[Math.floor(random() * syllables.length)] ?? '';
  const words = new Set<string>();
  while (words.size < count) words.add(Array.from({ length: 2 + Math.floor(random() * 3) }, pick).join(''));
  return [...words];
}

/** Words of two Chinese characters. */
export const chineseWords: readonly string[] = [
  '今天 明天 天气 会议 项目 问题 答案 数据 系统 服务 消息 时间 城市 学习 工作 朋友 电影 音乐 旅行 健康',
  '计划 报告 文件 邮件 电话 价格 市场 产品 客户 团队 设计 测试 代码 语言 模型 知识 历史 文化 经济 科学',
]
  .join(' ')
  .split(' ');
