# frozen_string_literal: true

# Written by `make generate` from src/closum/resources: change the declarations, not this file.

module Closum
  # One contact lifecycle stage.
  class ContactLifecycleStage < Record
    NAMES = %i[id label].freeze

    # @return [Integer]
    attr_reader :id
    # The label of the contact lifecycle stage.
    # @return [String]
    attr_reader :label
    # Names the state of a retrieved record, for `if_match:`; nil where the answer has none, as in a list.
    # @return [String, nil]
    attr_reader :etag

    def initialize(id:, label:, etag: nil)
      @id = id
      @label = label
      @etag = etag
      freeze
    end

    # @api private
    def self.read(data, etag = nil)
      new(
        id: Read.id(data),
        label: Read.value(data, "label"),
        etag: etag
      )
    end
  end

  # The contact lifecycle stages of your account: `client.contact_lifecycle_stages`.
  class ContactLifecycleStages < Resource
    PATH = "/api/contact-lifecycle-stage"

    # All contact lifecycle stages, those that fit the filters, or those from a page on. Makes no request by
    #   itself.
    #
    # @param limit [Integer] records on a page: 25 unless given, at most 1000
    # @param page [Integer] where to begin, from 1
    # @param sort [String] id, label, position; position unless given
    # @param direction [String] "asc" or "desc"
    # @param filter [String, Array<String>] "id>=100", or several that all have to hold: a property, an
    #   operator (= != < <= > >= ~=) and a value, where none means null
    # @param where [Hash] values that properties have, by name, such as `{ id: 1 }`; nil is null, and of an
    #   Array of values any fits
    # @param changed_since [String, Time, Date] only those that were created or changed since: a position of
    #   `client.changes`, a time, a day, or a text such as "-7d"
    # @param cursor [String] "" to walk by cursor: no record is left out or comes twice where others come
    #   and go meanwhile
    # @param count [Boolean] false where nobody needs to know how many records there are
    # @return [Records<ContactLifecycleStage>]
    # @raise [ArgumentError] for a limit or a page that is out of range, and a filter in `where:` without a
    #   value
    # @raise [BadRequest] while it is walked: the server does not know a property or an operator
    def list(
      limit: nil,
      page: nil,
      sort: nil,
      direction: nil,
      filter: nil,
      where: nil,
      changed_since: nil,
      cursor: nil,
      count: nil
    )
      list_of(
        ContactLifecycleStage,
        limit:,
        page:,
        sort:,
        direction:,
        filter:,
        where:,
        changed_since:,
        cursor:,
        count:
      )
    end

    # Some properties of the contact lifecycle stages, walked as `list` is.
    #
    # @param fields [Array<String>, String] names of properties, such as "id" and "label"; "*" stands for
    #   those that `list` has
    # @param (see #list)
    # @return [Records<Hash{String => Object}>] each as it is in the answer's JSON
    # @raise [ArgumentError] for a limit or a page that is out of range, and a filter in `where:` without a
    #   value
    # @raise [BadRequest] while it is walked: the server does not know a property or an operator
    def select(
      fields,
      limit: nil,
      page: nil,
      sort: nil,
      direction: nil,
      filter: nil,
      where: nil,
      changed_since: nil,
      cursor: nil,
      count: nil
    )
      selected(fields, limit:, page:, sort:, direction:, filter:, where:, changed_since:, cursor:, count:)
    end

    # Makes a contact lifecycle stage.
    #
    # @param label [String] The label of the contact lifecycle stage
    # @param position [Integer, nil] The position of the stage in lists, from 0: the nine that every account
    #   has are at 10, 20 … 90, and your own are at 100 by default
    # @param archived [Boolean, nil] 1 for a stage that is archived: a write that gives it to a lead which
    #   is not in it is refused
    # @param returning [Boolean] whether to return the record as it is then, with its `etag`
    # @return [Integer, ContactLifecycleStage] its id, or the record
    # @raise [Invalid] with all faults of the values
    # @raise [Error] sent again only with a key by which the server knows it
    def create(label:, position: ABSENT, archived: ABSENT, returning: false)
      created(ContactLifecycleStage, returning, label:, position:, archived:)
    end

    # One contact lifecycle stage, or some of its properties.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @param fields [Array<String>, String] names of properties, such as "id" and "label"; "*" stands for
    #   those that `retrieve` has
    # @return [ContactLifecycleStage, Hash{String => Object}] with `fields:` a Hash, as it is in the
    #   answer's JSON
    # @raise [ArgumentError] for what is no id, and no name in `fields:`
    # @raise [NotFound]
    # @raise [BadRequest] the server does not know a property
    # @raise [Error]
    def retrieve(id, fields: nil)
      retrieved(ContactLifecycleStage, id, fields)
    end

    # Changes what is given: what is not keeps its value.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @param label [String] The label of the contact lifecycle stage
    # @param position [Integer, nil] The position of the stage in lists, from 0: the nine that every account
    #   has are at 10, 20 … 90, and your own are at 100 by default
    # @param archived [Boolean, nil] 1 for a stage that is archived: a write that gives it to a lead which
    #   is not in it is refused
    # @param if_match [String] the `etag` that the record was retrieved with: where it has been changed
    #   since, nothing is changed; without it the last update wins
    # @param returning [Boolean] whether to return the record as it is then, with its `etag`
    # @return [ContactLifecycleStage, nil] the record where `returning` asks for it
    # @raise [ArgumentError] for what is no id or no etag
    # @raise [NotFound]
    # @raise [PreconditionFailed] when it has been changed since if_match
    # @raise [Invalid] with all faults of the values
    # @raise [Error]
    def update(
      id,
      label: ABSENT,
      position: ABSENT,
      archived: ABSENT,
      if_match: ABSENT,
      returning: false
    )
      updated((ContactLifecycleStage if returning), id, if_match, label:, position:, archived:)
    end

    # Changes what is given: what is not keeps its value.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @param label [String] The label of the contact lifecycle stage
    # @param position [Integer, nil] The position of the stage in lists, from 0: the nine that every account
    #   has are at 10, 20 … 90, and your own are at 100 by default
    # @param archived [Boolean, nil] 1 for a stage that is archived: a write that gives it to a lead which
    #   is not in it is refused
    # @param if_match [String] the `etag` that the record was retrieved with: where it has been changed
    #   since, nothing is changed; without it the last update wins
    # @param returning [Boolean] whether to return the record as it is then, with its `etag`
    # @return [ContactLifecycleStage, nil] the record where `returning` asks for it
    # @raise [ArgumentError] for what is no id or no etag
    # @raise [NotFound]
    # @raise [PreconditionFailed] when it has been changed since if_match
    # @raise [Invalid] with all faults of the values
    # @raise [Error]
    def patch(id, label: ABSENT, position: ABSENT, archived: ABSENT, if_match: ABSENT, returning: false)
      patched((ContactLifecycleStage if returning), id, if_match, label:, position:, archived:)
    end

    # Deletes a contact lifecycle stage: it goes into the bin, from where it can be restored.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @param if_match [String] the `etag` that the record was retrieved with: where it has been changed
    #   since, nothing is done
    # @return [nil]
    # @raise [NotFound]
    # @raise [PreconditionFailed] when it has been changed since if_match
    # @raise [Error]
    def delete(id, if_match: ABSENT)
      acted("DELETE", "/{id}", id: id, if_match: if_match)
    end

    # Gives all contact lifecycle stages that fit as one file. It is CSV, XLSX, or NDJSON with a record of
    #   the list on each line. It takes the filters and the order of the list. Export has more.
    #
    # @param file [String, Pathname, IO] the path of a file, which is there when it is whole, or what is
    #   open for writing
    # @param format [String] "csv", "xlsx" or "ndjson"; by the end of the path unless given, else "csv"
    # @param fields [Array<String>, String] names of properties, such as "id" and "label"; "*" stands for
    #   those that `list` has
    # @param overwrite [Boolean] whether a file that exists is replaced
    # @param sort [String] id, label, position; position unless given
    # @param direction [String] "asc" or "desc"
    # @param filter [String, Array<String>] "id>=100", or several that all have to hold: a property, an
    #   operator (= != < <= > >= ~=) and a value, where none means null
    # @param where [Hash] values that properties have, by name, such as `{ id: 1 }`; nil is null, and of an
    #   Array of values any fits
    # @param changed_since [String, Time, Date] only those that were created or changed since: a position of
    #   `client.changes`, a time, a day, or a text such as "-7d"
    # @return [Exported] its `size` and `sha256`
    # @raise [ArgumentError] for a file that exists, an unknown format, and a filter in `where:` without a
    #   value
    # @raise [BadRequest] the server does not know a property or an operator, or a file of the format cannot
    #   hold it
    # @raise [UnexpectedAnswer] what has arrived is not what was sent
    # @raise [Error]
    def export(
      file,
      format: nil,
      fields: nil,
      overwrite: false,
      sort: nil,
      direction: nil,
      filter: nil,
      where: nil,
      changed_since: nil
    )
      exported(file, format, overwrite, fields:, sort:, direction:, filter:, where:, changed_since:)
    end

    # Retrieves the changes of a specific Contact lifecycle stage, the newest first. Each has the values of
    #   the properties before and after it. A deleted record has its history for as long as the server keeps
    #   it. The server has none of a record that was removed for good or erased (404).
    #
    # @param id [Integer, String] an Integer, or its digits
    # @param before [Integer] the operation that they come before; without one it begins with the newest
    #   change
    # @param limit [Integer] how many are asked for at a time: 25 unless given, at most 1000
    # @return [Revisions]
    # @raise [ArgumentError] for what is no id, and a limit that is out of range
    def history(id, before: nil, limit: nil)
      revisions("/{id}/history", id, before:, limit:)
    end
  end
end
