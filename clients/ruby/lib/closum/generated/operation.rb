# frozen_string_literal: true

# Written by `make generate` from src/closum/api: change the routes, not this file.

module Closum
  # The operations of your account: `client.operations`.
  class Operations < Resource
    PATH = "/api/operation"

    # Retrieves the operations of your account, the newest first. An operation is what one call, one command
    #   or one piece of background work did. A page can have fewer than `limit` if operations are large.
    #   Makes no request by itself.
    #
    # @param before [Integer] those before the one with this id; without it the newest is the first
    # @param limit [Integer] how many are asked for at a time: 25 unless given, at most 1000
    # @return [NewestFirst<OperationSummary>] the newest first
    # @raise [ArgumentError] for a limit that is out of range
    def list(before: nil, limit: nil)
      newest_first(OperationSummary, before:, limit:)
    end

    # Retrieves one operation, with the first 100 records that it changed. The id of an operation is in the
    #   header `X-Operation` of the answer to the call, in the changes, and in the history of each record.
    #   The changes and the history have an id for each step of background work; this call takes it too, and
    #   answers with the whole operation.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @return [OperationDetails]
    # @raise [ArgumentError] for what is no id
    # @raise [NotFound]
    # @raise [Error]
    def retrieve(id)
      one_of(OperationDetails, id)
    end

    # Undoes an operation of the last 30 days, property by property, and says what it left and why: a
    #   property that somebody has changed since stays as it is. An undo is an operation too, so undoing it
    #   does again what it undid. With `dry_run` the call changes nothing, and says what the undo would do.
    #   Background work undoes an operation of more than 3,000 changes: the answer is 202, with the job.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @param dry_run [Boolean, nil] true: change nothing, and answer what the undo would do
    # @return [Undo, Job] a Job where background work has begun
    # @raise [ArgumentError] for what is no id
    # @raise [NotFound]
    # @raise [Invalid] it cannot be done; `errors` says why
    # @raise [Error]
    def undo(id, dry_run: ABSENT)
      acted(
        "POST",
        "/{id}/undo",
        id: id,
        json: { dry_run: }
      ) { |envelope| done_or_job(data(envelope), Undo, Job) }
    end
  end
end
