/** The languages that lessons and the page speak. English is what every lesson has. */
export const LOCALES = ['en', 'zh-CN'] as const;
export type Locale = (typeof LOCALES)[number];

/** The same thing said in every language. */
export type Words = Readonly<Record<Locale, string>>;
