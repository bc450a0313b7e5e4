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
      'A language tag (BCP 47), such as ja or en-GB; until it is chosen, en or ja, whichever the request would rather have.',
  })
  locale!: string;

  @Field(() => Theme)
  theme!: Theme;

  @Field(() => Int, { description: `1..${LIST_LIMITS.page.max}.` })
  pageSize!: number;

  @Field({ description: 'A zone of the IANA time zone database, such as Asia/Tokyo.' })
  timeZone!: string;
}

@InputType({ description: 'A field that is left out stays as it is.' })
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

/** Where nobody says what they would like to read. */
export const FALLBACK_LOCALE = 'en';

/** What counts until a person says otherwise; the time zone is the machine's. */
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
 * @param json settings as they are stored: the parts that a person has chosen
 * @param locale until they have chosen one
 */
export function readSettings(json: string, locale = FALLBACK_LOCALE): Settings {
  const chosen: Partial<Settings> = JSON.parse(json);
  return Object.assign(new Settings(), defaultSettings(locale), chosen);
}

/** The chosen parts with a patch on them, as JSON text, or which field is at fault. */
export function patchSettings(json: string, patch: SettingsPatch): string | InvalidInputError {
  const chosen: Partial<Settings> = JSON.parse(json);
  for (const [field, value] of Object.entries(patch)) {
    if (value === null)
      return new InvalidInputError(field, `${field} has no empty value; leave it out to keep it as it is.`);
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
      return new InvalidInputError('pageSize', `pageSize must be 1 to ${LIST_LIMITS.page.max}.`);
    chosen.pageSize = patch.pageSize;
  }
  if (patch.timeZone != null) {
    if (!isTimeZone(patch.timeZone))
      return new InvalidInputError('timeZone', 'timeZone must be an IANA time zone, such as Asia/Tokyo.');
    chosen.timeZone = patch.timeZone;
  }
  return JSON.stringify(chosen);
}
