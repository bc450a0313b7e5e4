/** Texts in another language: the same keys, but that each language has its own plural forms, and Japanese has one. */
export type TextsLike<English> = {
  [Key in keyof English as Key extends `${string}_one` ? never : Key]: English[Key] extends string
    ? string
    : TextsLike<English[Key]>;
};
