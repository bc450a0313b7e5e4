import { LIST_LIMITS } from '../graphql/types/list-limits.ts';
import { createUnionType, Field, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { InvalidInputError } from '../graphql/types/user-error.ts';

export enum Theme {
  SYSTEM = 'SYSTEM',
  LIGHT = 'LIGHT',
  DARK = 'DARK',
}
registerEnumType(Theme, { name: 'Theme' });

@ObjectType()
export class Settings {
  @Field({
    description:
      'Language tag (BCP 47), such as ja or en-GB. If the user has not chosen one: en or ja, as preferred by Accept-Language.',
  })
  locale!: string;

  @Field(() => Theme)
  theme!: Theme;

  @Field(() => Int, { description: `Number of photos per page, 1..${LIST_LIMITS.page.max}.` })
  pageSize!: number;

  @Field({ description: 'Time zone from the IANA time zone database, such as Asia/Tokyo.' })
  timeZone!: string;
}

@InputType({ description: 'Changes to settings. An omitted field keeps its value.' })
export class SettingsPatch {
  @Field(() => String, { nullable: true })
  locale?: string | null;

  @Field(() => Theme, { nullable: true })
  theme?: Theme | null;

  @Field(() => Int, { nullable: true })
  pageSize?: number | null;

  @Field(() => String, { nullable: true })
  timeZone?: string | null;
}

export const SettingsResult = createUnionType({
  name: 'SettingsResult',
  types: () => [Settings, InvalidInputError] as const,
});

/** Locale used if neither the user nor the request specifies one. */
export const FALLBACK_LOCALE = 'en';

/** Settings that apply until the user changes them. The time zone is that of the server. */
function defaultSettings(locale: string): Settings {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return { locale, theme: Theme.SYSTEM, pageSize: LIST_LIMITS.page.default, timeZone };
}

function isTimeZone(name: string): boolean {
  if (name.length > 64 || !/^[A-Za-z]/.test(name)) return false;
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function canonicalLocale(tag: string): string | null {
  if (tag.length > 35) return null;
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch {
    return null;
  }
}

/**
 * Returns all settings of a user.
 * @param json stored settings, which contain only those that the user has chosen
 * @param locale locale of a user who has not chosen one
 */
export function readSettings(json: string, locale = FALLBACK_LOCALE): Settings {
  const chosen: Partial<Settings> = JSON.parse(json);
  return Object.assign(new Settings(), defaultSettings(locale), chosen);
}

/** Applies a patch to stored settings. Returns the new JSON text, or an error for the first invalid field. */
export function patchSettings(json: string, patch: SettingsPatch): string | InvalidInputError {
  const chosen: Partial<Settings> = JSON.parse(json);
  for (const [field, value] of Object.entries(patch)) {
    if (value === null)
      return new InvalidInputError(field, `${field} must not be null. Omit it to keep its value.`);
  }
  if (patch.theme != null) chosen.theme = patch.theme;
  if (patch.locale != null) {
    const locale = canonicalLocale(patch.locale);
    if (!locale)
      return new InvalidInputError('locale', 'locale must be a language tag, such as ja or en-GB.');
    chosen.locale = locale;
  }
  if (patch.pageSize != null) {
    if (patch.pageSize < 1 || patch.pageSize > LIST_LIMITS.page.max)
      return new InvalidInputError('pageSize', `pageSize must be from 1 to ${LIST_LIMITS.page.max}.`);
    chosen.pageSize = patch.pageSize;
  }
  if (patch.timeZone != null) {
    if (!isTimeZone(patch.timeZone))
      return new InvalidInputError('timeZone', 'timeZone must be an IANA time zone, such as Asia/Tokyo.');
    chosen.timeZone = patch.timeZone;
  }
  return JSON.stringify(chosen);
}
