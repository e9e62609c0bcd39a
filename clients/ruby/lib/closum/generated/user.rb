# frozen_string_literal: true

# Written by `make generate` from src/closum/api: change the routes, not this file.

module Closum
  # The users of your account: `client.users`.
  class Users < Resource
    PATH = "/api/user"

    # Retrieves the users of your account, the newest first. Makes no request by itself.
    #
    # @param before [Integer] those before the one with this id; without it the newest is the first
    # @param limit [Integer] how many are asked for at a time: 25 unless given, at most 1000
    # @return [NewestFirst<AccountUser>] the newest first
    # @raise [ArgumentError] for a limit that is out of range
    def list(before: nil, limit: nil)
      newest_first(AccountUser, before:, limit:)
    end
  end
end
