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

@InterfaceType({ description: 'Outcome of a mutation that the user can act on.' })
export abstract class UserError {
  @Field(() => UserErrorCode)
  code!: UserErrorCode;

  @Field()
  message!: string;
}

@ObjectType({
  implements: () => UserError,
  description: 'Error for an invalid input field. The message states the allowed values.',
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
  description: 'Error for an ID that does not exist or that the viewer may not see.',
})
export class NotFoundError implements UserError {
  readonly code = UserErrorCode.NOT_FOUND;
  readonly message: string;

  @Field(() => ID)
  readonly id: string;

  constructor(id: string, type: 'photo' | 'upload') {
    this.id = id;
    this.message = `No ${type} has this ID.`;
  }
}

/** The code with this name, or INVALID_IMAGE for a name that an older version may have stored. */
export function toUserErrorCode(name: string): UserErrorCode {
  return isUserErrorCode(name) ? name : UserErrorCode.INVALID_IMAGE;
}

function isUserErrorCode(name: string): name is UserErrorCode {
  return Object.hasOwn(UserErrorCode, name);
}
