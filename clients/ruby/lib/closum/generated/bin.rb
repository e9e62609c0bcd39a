# frozen_string_literal: true

# Written by `make generate` from src/closum/api: change the routes, not this file.

module Closum
  # The bin of your account: `client.bin`.
  class Bin < Resource
    PATH = "/api/bin"

    # Retrieves the deleted records of your account. Makes no request by itself.
    #
    # @param resource [String] those of this resource alone, such as `lead`
    # @param record_id [Integer] those of the records that had this id alone
    # @param before [Integer] those before the one with this id; without it the newest is the first
    # @param limit [Integer] how many are asked for at a time: 25 unless given, at most 1000
    # @return [NewestFirst<BinEntry>] the newest first
    # @raise [ArgumentError] for a limit that is out of range
    def list(resource: nil, record_id: nil, before: nil, limit: nil)
      newest_first(BinEntry, before:, resource:, record_id:, limit:)
    end

    # Retrieves a deleted record.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @return [BinEntry]
    # @raise [ArgumentError] for what is no id
    # @raise [NotFound]
    # @raise [Error]
    def retrieve(id)
      one_of(BinEntry, id)
    end

    # Brings a deleted record back as it was, with its id, and with the address and number that it showed if
    #   they are in the bin, too. `left` names what has been removed for good. The server refuses the call
    #   if another record has the address or number by now (`_isUnique`), and if the lead would have neither
    #   a name nor an address or number (`_atLeastOne`). The entry leaves the bin.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @return [Restored]
    # @raise [ArgumentError] for what is no id
    # @raise [NotFound]
    # @raise [Invalid] it cannot be done; `errors` says why
    # @raise [Error]
    def restore(id)
      acted("POST", "/{id}/restore", id: id) { |envelope| Restored.read(data(envelope)) }
    end

    # Removes a deleted record from the bin, and its history with all values. You cannot undo this.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @return [nil]
    # @raise [ArgumentError] for what is no id
    # @raise [NotFound]
    # @raise [Error]
    def purge(id)
      acted("DELETE", "/{id}", id: id)
    end
  end
end
