# frozen_string_literal: true

module Closum
  # Every error of this library.
  #
  #   Error
  #   ├── ConnectionFailed           no connection, or one that was dropped
  #   │   └── TimedOut               nothing came for as long as `timeout:` says
  #   ├── UnexpectedAnswer           not the API's: HTML of a proxy, a redirect …
  #   └── ApiError                   what the API refuses: status, server_message, request_id
  #       ├── BadRequest             400
  #       ├── Unauthorized           401  wrong password, or a token that does not count (any more)
  #       ├── Forbidden              403
  #       ├── NotFound               404  merged_into
  #       ├── MethodNotAllowed       405
  #       ├── Conflict               409  the call had been sent before, and is still running
  #       ├── Gone                   410  what follows a position is not known any more
  #       ├── PreconditionFailed     412  the record has been changed since if_match, or other records fit than were counted
  #       ├── ContentTooLarge        413
  #       ├── UnsupportedMediaType   415
  #       ├── Invalid                422  errors
  #       ├── PreconditionRequired   428  a call that changes many records, without the if_count of a dry run
  #       ├── TooManyRequests        429  retry_after
  #       └── ServerError            5xx
  #           └── ServiceUnavailable 503  retry_after
  #
  # An argument that cannot be sent at all is an ArgumentError, as everywhere in Ruby.
  class Error < StandardError
    # @return [String, nil] the address that was asked
    attr_reader :url
    # @return [Numeric, nil] seconds after which the server asks to try again
    attr_reader :retry_after

    def initialize(message = nil, url: nil, outcome_unknown: false, retry_after: nil)
      super(outcome_unknown ? "#{message}. #{LOOK_FIRST}" : message)
      @url = url
      @outcome_unknown = outcome_unknown
      @retry_after = retry_after
    end

    # @return [Boolean] whether a create, an update with if_match (or another request that is not simply
    #   repeated) may have been carried out although there is no good answer
    def outcome_unknown? = @outcome_unknown

    LOOK_FIRST = "It may have been carried out, and the record created or changed: look before you repeat it. " \
                 "GET /api/lead?email=ana@example.com finds a lead by its address"
    private_constant :LOOK_FIRST
  end

  # There was no answer: the connection could not be made, or it was dropped.
  class ConnectionFailed < Error; end

  # Nothing came, or could be sent, for as long as the client's `timeout:` says.
  class TimedOut < ConnectionFailed; end

  # An answer that is not the API's: not JSON, not of its shape, larger than 64 MiB, or a redirect. Mostly the address is
  # not that of a closum server, or a proxy or firewall before it has answered.
  class UnexpectedAnswer < Error
    # @return [Integer, nil] the HTTP status, where there was one
    attr_reader :status
    # @return [String, nil] without parameters, such as "text/html"
    attr_reader :content_type

    def initialize(message, status: nil, content_type: nil, **more)
      super(message, **more)
      @status = status
      @content_type = content_type
    end
  end

  # The API's own "no", or that of a proxy before it. Each status that the API uses has a class.
  #
  # `message` has everything that helps to find the fault; `server_message` can be shown to people.
  class ApiError < Error
    # @return [Integer] the HTTP status
    attr_reader :status
    # @return [String, nil] the server's own words alone; nil where something before closum answered
    attr_reader :server_message
    # @return [String, nil] what the server's log has the request under
    attr_reader :request_id
    # @return [Integer, nil] of a NotFound the id of the record that the one asked for went into; nil where it went into none
    attr_reader :merged_into
    # @return [Hash] `{"field" => {"rule" => "message"}}`, nested once more for nested objects;
    #   empty but for an Invalid
    attr_reader :errors

    def initialize(message, status:, server_message: nil, request_id: nil, errors: {}, merged_into: nil, **more)
      super(message, **more)
      @status = status
      @server_message = server_message
      @request_id = request_id
      @errors = errors
      @merged_into = merged_into
    end
  end

  # 400: a parameter or body that cannot be read.
  class BadRequest < ApiError; end

  # 401: address and password do not belong together, or the token does not count (any more).
  class Unauthorized < ApiError; end

  # 403: known to you, but not permitted.
  class Forbidden < ApiError; end

  # 404: no such record, path or page; `merged_into` says which record it went into, if it did.
  class NotFound < ApiError; end

  # 405: the path does not have this method.
  class MethodNotAllowed < ApiError; end

  # 409: the call had been sent before, and the first one is still running: its outcome is not known yet. Of many records
  # by filter: background work of an earlier call has not ended, and nothing was changed. Of an import: it is in a phase that does
  # not take the call.
  class Conflict < ApiError; end

  # 410: the server cannot go on from a position of `client.changes`: take a new one with `now`, then read every
  # record again.
  class Gone < ApiError; end

  # 412: the record has been changed since the state that if_match names, or if_count is not of the records that fit now;
  # nothing was changed by this call.
  class PreconditionFailed < ApiError; end

  # 413: a body that is too large, JSON of more than 1 MiB or a file of more than 1 GiB.
  class ContentTooLarge < ApiError; end

  # 415: a body that is not JSON.
  class UnsupportedMediaType < ApiError; end

  # 422: values that break rules; `errors` has them all, and the message lists them.
  class Invalid < ApiError; end

  # 428: a call that changes many records needs the if_count that a dry run of the same call gives.
  class PreconditionRequired < ApiError; end

  # 429: too many wrong passwords; `retry_after` says how many seconds to wait.
  class TooManyRequests < ApiError; end

  # 5xx: the fault of the server, or of a proxy before it.
  class ServerError < ApiError; end

  # 503: not available at the moment; `retry_after` says how many seconds to wait.
  class ServiceUnavailable < ServerError; end

  class ApiError
    BY_STATUS = {
      400 => BadRequest,
      401 => Unauthorized,
      403 => Forbidden,
      404 => NotFound,
      405 => MethodNotAllowed,
      409 => Conflict,
      410 => Gone,
      412 => PreconditionFailed,
      413 => ContentTooLarge,
      415 => UnsupportedMediaType,
      422 => Invalid,
      428 => PreconditionRequired,
      429 => TooManyRequests,
      503 => ServiceUnavailable
    }.freeze
    private_constant :BY_STATUS

    # The class for a status.
    # @api private
    def self.for(status) = BY_STATUS.fetch(status) { status >= 500 ? ServerError : ApiError }
  end
end
