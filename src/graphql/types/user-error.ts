import { Field, ID, InterfaceType, ObjectType, registerEnumType } from '@nestjs/graphql';

export enum UserErrorCode {
  DUPLICATE = 'DUPLICATE',
  NOT_FOUND = 'NOT_FOUND',
  UNSUPPORTED_FORMAT = 'UNSUPPORTED_FORMAT',
  INVALID_IMAGE = 'INVALID_IMAGE',
  EMPTY_FILE = 'EMPTY_FILE',
  FILE_TOO_LARGE = 'FILE_TOO_LARGE',
  IMAGE_TOO_LARGE = 'IMAGE_TOO_LARGE',
  CHECKSUM_MISMATCH = 'CHECKSUM_MISMATCH',
  QUOTA_EXCEEDED = 'QUOTA_EXCEEDED',
  UPLOAD_EXPIRED = 'UPLOAD_EXPIRED',
  UPLOAD_INCOMPLETE = 'UPLOAD_INCOMPLETE',
  INVALID_INPUT = 'INVALID_INPUT',
}
registerEnumType(UserErrorCode, { name: 'UserErrorCode' });

@InterfaceType({ description: 'An outcome of a mutation that the person at the screen can act on.' })
export abstract class UserError {
  @Field(() => UserErrorCode)
  code!: UserErrorCode;

  @Field()
  message!: string;
}

@ObjectType({
  implements: () => UserError,
  description: 'A field of the input is not as it must be; the message says how.',
})
export class InvalidInputError implements UserError {
  readonly code = UserErrorCode.INVALID_INPUT;

  @Field()
  readonly field: string;

  constructor(
    field: string,
    readonly message: string,
  ) {
    this.field = field;
  }
}

@ObjectType({
  implements: () => UserError,
  description: 'There is nothing of this id that the viewer may see.',
})
export class NotFoundError implements UserError {
  readonly code = UserErrorCode.NOT_FOUND;
  readonly message: string;

  @Field(() => ID)
  readonly id: string;

  constructor(id: string, what: 'photo' | 'upload') {
    this.id = id;
    this.message = `There is no ${what} of this id.`;
  }
}

/** The code with this name, or INVALID_IMAGE for a name that an older version may have stored. */
export function toUserErrorCode(name: string): UserErrorCode {
  return isUserErrorCode(name) ? name : UserErrorCode.INVALID_IMAGE;
}

function isUserErrorCode(name: string): name is UserErrorCode {
  return Object.hasOwn(UserErrorCode, name);
}
