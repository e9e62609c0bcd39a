# frozen_string_literal: true

# Written by `make generate` from src/closum/api: change the routes, not this file.

module Closum
  # The imports of your account: `client.imports`.
  class Imports < Resource
    include Imported

    PATH = "/api/import"

    # Retrieves the imports of your account, the newest first. Makes no request by itself.
    #
    # @param before [Integer] those before the one with this id; without it the newest is the first
    # @param limit [Integer] how many are asked for at a time: 25 unless given, at most 1000
    # @return [NewestFirst<ImportSummary>] the newest first
    # @raise [ArgumentError] for a limit that is out of range
    def list(before: nil, limit: nil)
      newest_first(ImportSummary, before:, limit:)
    end

    # Says what the server has found out about the file, how far the import is, and what became of the rows.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @return [Import]
    # @raise [ArgumentError] for what is no id
    # @raise [NotFound]
    # @raise [Error]
    def retrieve(id)
      one_of(Import, id)
    end

    # Says what the columns of the file mean, and what happens to a lead that a row matches. A property that
    #   is left out stays as it is. The server remembers the mapping for the next file with the same
    #   headings. After `format`, `encoding`, `delimiter`, `sheet` or `header_line` it reads the file again.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @param mapping [Array<Hash>, nil] The mapping of columns. The server tries the columns of one property
    #   in this order; it keeps what it proposes for columns that are not named
    # @param match [Array<String>, nil] What a row's lead is found by: the first of these that the row has.
    #   `email` and then `phone` if it is not set. A number that is not valid, such as `000000000`, means
    #   only a lead with the same name
    # @param on_match [String, nil] What happens to a lead that is found, as in Writes; `skip` if it is not
    #   set
    # @param country [String, nil] The country of phone numbers without a prefix, in two letters of ISO
    #   3166; that of the account if it is not set
    # @param cities [Array<Hash>, nil] Names of cities that the server does not know, and the city that each
    #   means, in every row that has it
    # @param empty [Array<String>, nil] What cells have that say nothing, in any case: columns of addresses,
    #   numbers, cities, ids, users, dates and consents are empty where they have it
    # @param format [String, nil] The format, where the server has not found out the right one
    # @param encoding [String, nil] Likewise the character encoding
    # @param delimiter [String, nil] Likewise the character between two cells
    # @param sheet [String, nil] Likewise the sheet of a workbook
    # @param header_line [Integer, nil] Likewise the line of the headings, from 1
    # @return [Import]
    # @raise [ArgumentError] for what is no id
    # @raise [NotFound]
    # @raise [Invalid] it cannot be done; `errors` says why
    # @raise [Error]
    def configure(
      id,
      mapping: ABSENT,
      match: ABSENT,
      on_match: ABSENT,
      country: ABSENT,
      cities: ABSENT,
      empty: ABSENT,
      format: ABSENT,
      encoding: ABSENT,
      delimiter: ABSENT,
      sheet: ABSENT,
      header_line: ABSENT
    )
      acted(
        "PUT",
        "/{id}",
        id: id,
        json: {
          mapping:,
          match:,
          on_match:,
          country:,
          cities:,
          empty:,
          format:,
          encoding:,
          delimiter:,
          sheet:,
          header_line:
        }
      ) { |envelope| Import.read(data(envelope)) }
    end

    # Starts an import, or with `dry_run` counts what it would do and changes nothing. An import that was
    #   cancelled goes on where it stopped.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @param dry_run [Boolean, nil] true: change nothing, and count what the import would do
    # @param sha256 [String, nil] The SHA-256 of the file that you looked at, in hexadecimal digits: the
    #   server refuses to import another one
    # @return [ImportSummary]
    # @raise [ArgumentError] for what is no id
    # @raise [NotFound]
    # @raise [Invalid] it cannot be done; `errors` says why
    # @raise [Error]
    def start(id, dry_run: ABSENT, sha256: ABSENT)
      acted(
        "POST",
        "/{id}/start",
        id: id,
        json: { dry_run:, sha256: }
      ) { |envelope| ImportSummary.read(data(envelope)) }
    end

    # Stops an import, or its dry run. The leads that it has written stay; the undo of its operation takes
    #   them back.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @return [ImportSummary]
    # @raise [ArgumentError] for what is no id
    # @raise [NotFound]
    # @raise [Invalid] it cannot be done; `errors` says why
    # @raise [Error]
    def cancel(id)
      acted("POST", "/{id}/cancel", id: id) { |envelope| ImportSummary.read(data(envelope)) }
    end
  end
end
