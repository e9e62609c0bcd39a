# frozen_string_literal: true

# A client of the closum API: leads, e-mail addresses, phone numbers and cities of one account.
# Begin with {Closum::Client}.
module Closum
  # Default of an argument that was not given: nil is a value, and clears a property.
  ABSENT = Object.new.freeze
  private_constant :ABSENT
end

require_relative "closum/version"
require_relative "closum/errors"
require_relative "closum/clock"
require_relative "closum/plain"
require_relative "closum/address"
require_relative "closum/request"
require_relative "closum/connections"
require_relative "closum/retry_after"
require_relative "closum/refusal"
require_relative "closum/answer"
require_relative "closum/retries"
require_relative "closum/ignored"
require_relative "closum/transport"
require_relative "closum/record"
require_relative "closum/upserted"
require_relative "closum/export"
require_relative "closum/token"
require_relative "closum/tokens"
require_relative "closum/calls"
require_relative "closum/page"
require_relative "closum/records"
require_relative "closum/limit"
require_relative "closum/newest_first"
require_relative "closum/feed"
require_relative "closum/filters"
require_relative "closum/resource"
require_relative "closum/imported"
require_relative "closum/generated"
require_relative "closum/client"
