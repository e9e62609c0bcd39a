# frozen_string_literal: true

# Written by `make generate` from src/closum/api: change the routes, not this file.

module Closum
  # The jobs of your account: `client.jobs`.
  class Jobs < NamedResource
    PATH = "/api/job"

    # Retrieves the background work that calls and commands have begun in your account, the newest first.
    #   Work that has ended is shown for 30 days. Makes no request by itself.
    #
    # @param limit [Integer] how many there are: 25 unless given, at most 1000
    # @return [NewestFirst<Job>] the newest first
    # @raise [ArgumentError] for a limit that is out of range
    def list(limit: nil)
      one_part(Job, limit:)
    end

    # Says how far background work is: `done` of `total`, and whether its `state` is `pending`, `running`,
    #   `done` or `failed`.
    #
    # @param id [String] such as "undo-1"
    # @return [Job]
    # @raise [ArgumentError] for what is no id
    # @raise [NotFound]
    # @raise [Error]
    def retrieve(id)
      one_of(Job, id)
    end

    # Ends an undo, or a change or deletion of many records, behind the step that is being done. What is
    #   done stays: undo its `operation`. The `state` is `failed` then, and `error` says that it was
    #   stopped. Undo the same operation once more, and what the undo has not come to is undone.
    #
    # @param id [String] such as "undo-1"
    # @return [Job]
    # @raise [ArgumentError] for what is no id
    # @raise [NotFound]
    # @raise [Invalid] it cannot be done; `errors` says why
    # @raise [Error]
    def stop(id)
      acted("POST", "/{id}/stop", id: id) { |envelope| Job.read(data(envelope)) }
    end

    # Waits until background work has ended: looks at its state again and again, at first after a quarter of
    #   a second, then less often.
    #
    # @param id [String] such as "undo-1"
    # @param timeout [Numeric] seconds; without it for as long as it takes
    # @return [Job] with the state "done", or "failed" if it was given up
    # @raise [ArgumentError] for what is no id
    # @raise [Timeout::Error] it has not ended by then; it goes on
    # @raise [NotFound]
    # @raise [Error]
    def wait(id, timeout: nil)
      waited(timeout) { retrieve(id) }
    end
  end
end
