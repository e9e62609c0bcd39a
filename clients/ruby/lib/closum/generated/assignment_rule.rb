# frozen_string_literal: true

# Written by `make generate` from src/closum/resources: change the declarations, not this file.

module Closum
  # One assignment rule.
  class AssignmentRule < Record
    NAMES = %i[id position city_id audience_list_id source user_ids enabled creation_date].freeze

    # @return [Integer]
    attr_reader :id
    # The position of the rule, from 0: the first rule that holds for a lead gives it its owner; of two with
    #   one position, the older one comes first.
    # @return [Integer]
    attr_reader :position
    # It holds for leads of the city with this city_id; `null` for any.
    # @return [Integer, nil]
    attr_reader :city_id
    # It holds for leads without an owner, when they are put on the audience list with this
    #   audience_list_id; `null` for new leads.
    # @return [Integer, nil]
    attr_reader :audience_list_id
    # It holds for leads with this source, in upper or lower case; `null` for any.
    # @return [String, nil]
    attr_reader :source
    # The user_ids of the users of the account who get the leads in turns, in this order. Who is disabled is
    #   left out; a rule without users gives no owner.
    # @return [Array<Integer>]
    attr_reader :user_ids
    # 1 while the rule is enabled, 0 while it is not.
    # @return [Boolean]
    attr_reader :enabled
    # The creation_date of the record, when it was made: UTC, in whole seconds.
    # @return [Time]
    attr_reader :creation_date
    # Names the state of a retrieved record, for `if_match:`; nil where the answer has none, as in a list.
    # @return [String, nil]
    attr_reader :etag

    def initialize(
      id:,
      position:,
      city_id:,
      audience_list_id:,
      source:,
      user_ids:,
      enabled:,
      creation_date:,
      etag: nil
    )
      @id = id
      @position = position
      @city_id = city_id
      @audience_list_id = audience_list_id
      @source = source
      @user_ids = user_ids
      @enabled = enabled
      @creation_date = creation_date
      @etag = etag
      freeze
    end

    # @api private
    def self.read(data, etag = nil)
      new(
        id: Read.id(data),
        position: Read.value(data, "position"),
        city_id: Read.value(data, "city_id"),
        audience_list_id: Read.value(data, "audience_list_id"),
        source: Read.value(data, "source"),
        user_ids: Read.value(data, "user_ids"),
        enabled: Read.flag(data, "enabled"),
        creation_date: Read.time(data, "creation_date"),
        etag: etag
      )
    end
  end

  # The assignment rules of your account: `client.assignment_rules`.
  class AssignmentRules < Resource
    PATH = "/api/assignment-rule"

    # All assignment rules, those that fit the filters, or those from a page on. Makes no request by itself.
    #
    # @param limit [Integer] records on a page: 25 unless given, at most 1000
    # @param page [Integer] where to begin, from 1
    # @param sort [String] id, position, creation_date; position unless given
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
    # @return [Records<AssignmentRule>]
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
        AssignmentRule,
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

    # Some properties of the assignment rules, walked as `list` is.
    #
    # @param fields [Array<String>, String] names of properties, such as "city.city_name" and
    #   "audience_list.creation_date"; "*" stands for those that `list` has
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

    # Makes an assignment rule.
    #
    # @param position [Integer, nil] The position of the rule, from 0: the first rule that holds for a lead
    #   gives it its owner; of two with one position, the older one comes first
    # @param city_id [Integer, nil] It holds for leads of the city with this city_id; `null` for any
    # @param audience_list_id [Integer, nil] It holds for leads without an owner, when they are put on the
    #   audience list with this audience_list_id; `null` for new leads
    # @param source [String, nil] It holds for leads with this source, in upper or lower case; `null` for
    #   any
    # @param user_ids [Array<Integer>, nil] The user_ids of the users of the account who get the leads in
    #   turns, in this order. Who is disabled is left out; a rule without users gives no owner
    # @param enabled [Boolean, nil] 1 while the rule is enabled, 0 while it is not
    # @param returning [Boolean] whether to return the record as it is then, with its `etag`
    # @return [Integer, AssignmentRule] its id, or the record
    # @raise [Invalid] with all faults of the values
    # @raise [Error] sent again only with a key by which the server knows it
    def create(
      position: ABSENT,
      city_id: ABSENT,
      audience_list_id: ABSENT,
      source: ABSENT,
      user_ids: ABSENT,
      enabled: ABSENT,
      returning: false
    )
      created(
        AssignmentRule,
        returning,
        position:,
        city_id:,
        audience_list_id:,
        source:,
        user_ids:,
        enabled:
      )
    end

    # One assignment rule, or some of its properties.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @param fields [Array<String>, String] names of properties, such as "city.city_name" and
    #   "audience_list.creation_date"; "*" stands for those that `retrieve` has
    # @return [AssignmentRule, Hash{String => Object}] with `fields:` a Hash, as it is in the answer's JSON
    # @raise [ArgumentError] for what is no id, and no name in `fields:`
    # @raise [NotFound]
    # @raise [BadRequest] the server does not know a property
    # @raise [Error]
    def retrieve(id, fields: nil)
      retrieved(AssignmentRule, id, fields)
    end

    # Changes what is given: what is not keeps its value, and nil clears what may be nil.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @param position [Integer, nil] The position of the rule, from 0: the first rule that holds for a lead
    #   gives it its owner; of two with one position, the older one comes first
    # @param city_id [Integer, nil] It holds for leads of the city with this city_id; `null` for any
    # @param audience_list_id [Integer, nil] It holds for leads without an owner, when they are put on the
    #   audience list with this audience_list_id; `null` for new leads
    # @param source [String, nil] It holds for leads with this source, in upper or lower case; `null` for
    #   any
    # @param user_ids [Array<Integer>, nil] The user_ids of the users of the account who get the leads in
    #   turns, in this order. Who is disabled is left out; a rule without users gives no owner
    # @param enabled [Boolean, nil] 1 while the rule is enabled, 0 while it is not
    # @param if_match [String] the `etag` that the record was retrieved with: where it has been changed
    #   since, nothing is changed; without it the last update wins
    # @param returning [Boolean] whether to return the record as it is then, with its `etag`
    # @return [AssignmentRule, nil] the record where `returning` asks for it
    # @raise [ArgumentError] for what is no id or no etag
    # @raise [NotFound]
    # @raise [PreconditionFailed] when it has been changed since if_match
    # @raise [Invalid] with all faults of the values
    # @raise [Error]
    def update(
      id,
      position: ABSENT,
      city_id: ABSENT,
      audience_list_id: ABSENT,
      source: ABSENT,
      user_ids: ABSENT,
      enabled: ABSENT,
      if_match: ABSENT,
      returning: false
    )
      updated(
        (AssignmentRule if returning),
        id,
        if_match,
        position:,
        city_id:,
        audience_list_id:,
        source:,
        user_ids:,
        enabled:
      )
    end

    # Changes what is given: what is not keeps its value, and nil clears what may be nil.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @param position [Integer, nil] The position of the rule, from 0: the first rule that holds for a lead
    #   gives it its owner; of two with one position, the older one comes first
    # @param city_id [Integer, nil] It holds for leads of the city with this city_id; `null` for any
    # @param audience_list_id [Integer, nil] It holds for leads without an owner, when they are put on the
    #   audience list with this audience_list_id; `null` for new leads
    # @param source [String, nil] It holds for leads with this source, in upper or lower case; `null` for
    #   any
    # @param user_ids [Array<Integer>, nil] The user_ids of the users of the account who get the leads in
    #   turns, in this order. Who is disabled is left out; a rule without users gives no owner
    # @param enabled [Boolean, nil] 1 while the rule is enabled, 0 while it is not
    # @param if_match [String] the `etag` that the record was retrieved with: where it has been changed
    #   since, nothing is changed; without it the last update wins
    # @param returning [Boolean] whether to return the record as it is then, with its `etag`
    # @return [AssignmentRule, nil] the record where `returning` asks for it
    # @raise [ArgumentError] for what is no id or no etag
    # @raise [NotFound]
    # @raise [PreconditionFailed] when it has been changed since if_match
    # @raise [Invalid] with all faults of the values
    # @raise [Error]
    def patch(
      id,
      position: ABSENT,
      city_id: ABSENT,
      audience_list_id: ABSENT,
      source: ABSENT,
      user_ids: ABSENT,
      enabled: ABSENT,
      if_match: ABSENT,
      returning: false
    )
      patched(
        (AssignmentRule if returning),
        id,
        if_match,
        position:,
        city_id:,
        audience_list_id:,
        source:,
        user_ids:,
        enabled:
      )
    end

    # Deletes a assignment rule: it goes into the bin, from where it can be restored.
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

    # Gives all assignment rules that fit as one file. It is CSV, XLSX, or NDJSON with a record of the list
    #   on each line. It takes the filters and the order of the list. Export has more.
    #
    # @param file [String, Pathname, IO] the path of a file, which is there when it is whole, or what is
    #   open for writing
    # @param format [String] "csv", "xlsx" or "ndjson"; by the end of the path unless given, else "csv"
    # @param fields [Array<String>, String] names of properties, such as "city.city_name" and
    #   "audience_list.creation_date"; "*" stands for those that `list` has
    # @param overwrite [Boolean] whether a file that exists is replaced
    # @param sort [String] id, position, creation_date; position unless given
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

    # Retrieves the changes of a specific Assignment rule, the newest first. Each has the values of the
    #   properties before and after it. A deleted record has its history for as long as the server keeps it.
    #   The server has none of a record that was removed for good or erased (404).
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
