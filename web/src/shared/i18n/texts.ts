/** Texts in another language: the same keys without the `_one` forms, because Japanese has only one plural form. */
export type TextsLike<English> = {
  [Key in keyof English as Key extends `${string}_one` ? never : Key]: English[Key] extends string
    ? string
    : TextsLike<English[Key]>;
};
