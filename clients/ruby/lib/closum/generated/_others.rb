# frozen_string_literal: true

# Written by `make generate` from src/closum/api: change the routes, not this file.

module Closum
  # A user of the account.
  class AccountUser < Record
    NAMES = %i[id email enabled name role].freeze

    # The id, for `owner_id` of a lead, `user_id` of a task and `user_ids` of a rule.
    # @return [Integer]
    attr_reader :id
    # The address that the user signs in with.
    # @return [String]
    attr_reader :email
    # Whether the user can sign in, and gets new leads by assignment rules.
    # @return [Boolean]
    attr_reader :enabled
    # What the user is called; nil where nobody has said.
    # @return [String, nil]
    attr_reader :name
    # What the user may do: Roles and Keys.
    # @return [String]
    attr_reader :role

    def initialize(id:, email:, enabled:, name:, role:)
      @id = id
      @email = email
      @enabled = enabled
      @name = name
      @role = role
      freeze
    end

    # @api private
    def self.read(data)
      new(
        id: Read.value(data, "id"),
        email: Read.value(data, "email"),
        enabled: Read.boolean(data, "enabled"),
        name: Read.value(data, "name"),
        role: Read.value(data, "role")
      )
    end
  end

  # A deleted record.
  class BinEntry < Record
    NAMES = %i[id resource record_id record deleted_date expires_date user key operation].freeze

    # The id of the entry, which the calls for it take.
    # @return [Integer]
    attr_reader :id
    # The resource of the record, such as `lead`.
    # @return [String]
    attr_reader :resource
    # The id of the record.
    # @return [Integer]
    attr_reader :record_id
    # The record as a call for it would show it; nil where what it was cannot be read.
    # @return [Hash, nil]
    attr_reader :record
    # When it was deleted.
    # @return [Time]
    attr_reader :deleted_date
    # From when on the server removes it for good.
    # @return [Time]
    attr_reader :expires_date
    # The user who asked for it; nil where it was an API key, a command or the server itself.
    # @return [User, nil]
    attr_reader :user
    # The API key that asked for it; nil where none did.
    # @return [Key, nil]
    attr_reader :key
    # The operation that deleted it: `X-Operation` of the answer to that call.
    # @return [Integer]
    attr_reader :operation

    def initialize(
      id:,
      resource:,
      record_id:,
      record:,
      deleted_date:,
      expires_date:,
      user:,
      key:,
      operation:
    )
      @id = id
      @resource = resource
      @record_id = record_id
      @record = record
      @deleted_date = deleted_date
      @expires_date = expires_date
      @user = user
      @key = key
      @operation = operation
      freeze
    end

    # @api private
    def self.read(data)
      new(
        id: Read.value(data, "id"),
        resource: Read.value(data, "resource"),
        record_id: Read.value(data, "record_id"),
        record: Read.value(data, "record"),
        deleted_date: Read.time(data, "deleted_date"),
        expires_date: Read.time(data, "expires_date"),
        user: Read.nested(data, "user", User),
        key: Read.optional(data, "key", Key),
        operation: Read.value(data, "operation")
      )
    end
  end

  # A record, or some of its properties, that stays as it is.
  class Left < Record
    NAMES = %i[resource id properties reason belonging].freeze

    # The resource of the record, such as `lead`.
    # @return [String]
    attr_reader :resource
    # The id of the record.
    # @return [Integer]
    attr_reader :id
    # The properties, such as `name` and `email.email`; nil where it is the record as a whole.
    # @return [Array<String>, nil]
    attr_reader :properties
    # Why it stays, such as `changed since`.
    # @return [String]
    attr_reader :reason
    # Of a record that the operation made: how many records of each resource belong to it by now, such as
    #   `note`, and would have gone with it; nil where none do.
    # @return [Hash, nil]
    attr_reader :belonging

    def initialize(resource:, id:, properties:, reason:, belonging:)
      @resource = resource
      @id = id
      @properties = properties
      @reason = reason
      @belonging = belonging
      freeze
    end

    # @api private
    def self.read(data)
      new(
        resource: Read.value(data, "resource"),
        id: Read.value(data, "id"),
        properties: Read.value(data, "properties"),
        reason: Read.value(data, "reason"),
        belonging: data["belonging"]
      )
    end
  end

  # The record that is there again.
  class Restored < Record
    NAMES = %i[id resource left].freeze

    # The id of the record.
    # @return [Integer]
    attr_reader :id
    # The resource of the record, such as `lead`.
    # @return [String]
    attr_reader :resource
    # What could not come back with it; empty if all is as it was.
    # @return [Array<Left>]
    attr_reader :left

    def initialize(id:, resource:, left:)
      @id = id
      @resource = resource
      @left = left
      freeze
    end

    # @api private
    def self.read(data)
      new(
        id: Read.value(data, "id"),
        resource: Read.value(data, "resource"),
        left: Read.each(data, "left", Left)
      )
    end
  end

  # What was done with one call, command or piece of background work.
  class OperationSummary < Record
    NAMES = %i[id at user key cause changes counts undoes undone_by can_be_undone_until].freeze

    # The id of the operation.
    # @return [Integer]
    attr_reader :id
    # When it happened.
    # @return [Time]
    attr_reader :at
    # The user who asked for it; nil where it was an API key, a command or the server itself.
    # @return [User, nil]
    attr_reader :user
    # The API key that asked for it; nil where none did.
    # @return [Key, nil]
    attr_reader :key
    # How it was asked for: `api`, `page`, `reference` (a call that somebody ran from the reference),
    #   `command`, `server`, `undo` or the name of background work.
    # @return [String]
    attr_reader :cause
    # How many changes of records it has.
    # @return [Integer]
    attr_reader :changes
    # How many records of each resource were created, updated, deleted and so on; nil where there are too
    #   many to count them.
    # @return [Hash, nil]
    attr_reader :counts
    # The operation that it undoes; nil where it is no undo, or restores what several operations deleted.
    # @return [Integer, nil]
    attr_reader :undoes
    # The last undo of it that is not undone itself; nil where there is none.
    # @return [Integer, nil]
    attr_reader :undone_by
    # Until when you can undo it.
    # @return [Time, nil]
    attr_reader :can_be_undone_until

    def initialize(
      id:,
      at:,
      user:,
      key:,
      cause:,
      changes:,
      counts:,
      undoes:,
      undone_by:,
      can_be_undone_until:
    )
      @id = id
      @at = at
      @user = user
      @key = key
      @cause = cause
      @changes = changes
      @counts = counts
      @undoes = undoes
      @undone_by = undone_by
      @can_be_undone_until = can_be_undone_until
      freeze
    end

    # @api private
    def self.read(data)
      new(
        id: Read.value(data, "id"),
        at: Read.time(data, "at"),
        user: Read.nested(data, "user", User),
        key: Read.optional(data, "key", Key),
        cause: Read.value(data, "cause"),
        changes: Read.value(data, "changes"),
        counts: Read.value(data, "counts"),
        undoes: Read.value(data, "undoes"),
        undone_by: Read.value(data, "undone_by"),
        can_be_undone_until: Read.time(data, "can_be_undone_until")
      )
    end
  end

  # A record that it changed.
  class ChangedRecord < Record
    NAMES = %i[resource id verb properties].freeze

    # The resource of the record, such as `lead`.
    # @return [String]
    attr_reader :resource
    # The id of the record.
    # @return [Integer]
    attr_reader :id
    # What happened to the record: `create`, `update`, `delete`, `merge`, `restore`, `purge`, `erase`. More
    #   may be added: read the record again for one that you do not know.
    # @return [String]
    attr_reader :verb
    # The properties, such as `name` and `email.email`; nil where it is the record as a whole.
    # @return [Array<String>, nil]
    attr_reader :properties

    def initialize(resource:, id:, verb:, properties:)
      @resource = resource
      @id = id
      @verb = verb
      @properties = properties
      freeze
    end

    # @api private
    def self.read(data)
      new(
        resource: Read.value(data, "resource"),
        id: Read.value(data, "id"),
        verb: Read.value(data, "verb"),
        properties: Read.value(data, "properties")
      )
    end
  end

  # An operation, with records that it changed.
  class OperationDetails < Record
    NAMES = %i[id at user key cause changes counts undoes undone_by can_be_undone_until records].freeze

    # The id of the operation.
    # @return [Integer]
    attr_reader :id
    # When it happened.
    # @return [Time]
    attr_reader :at
    # The user who asked for it; nil where it was an API key, a command or the server itself.
    # @return [User, nil]
    attr_reader :user
    # The API key that asked for it; nil where none did.
    # @return [Key, nil]
    attr_reader :key
    # How it was asked for: `api`, `page`, `reference` (a call that somebody ran from the reference),
    #   `command`, `server`, `undo` or the name of background work.
    # @return [String]
    attr_reader :cause
    # How many changes of records it has.
    # @return [Integer]
    attr_reader :changes
    # How many records of each resource were created, updated, deleted and so on; nil where there are too
    #   many to count them.
    # @return [Hash, nil]
    attr_reader :counts
    # The operation that it undoes; nil where it is no undo, or restores what several operations deleted.
    # @return [Integer, nil]
    attr_reader :undoes
    # The last undo of it that is not undone itself; nil where there is none.
    # @return [Integer, nil]
    attr_reader :undone_by
    # Until when you can undo it.
    # @return [Time, nil]
    attr_reader :can_be_undone_until
    # The first 100 records that it changed.
    # @return [Array<ChangedRecord>]
    attr_reader :records

    def initialize(
      id:,
      at:,
      user:,
      key:,
      cause:,
      changes:,
      counts:,
      undoes:,
      undone_by:,
      can_be_undone_until:,
      records:
    )
      @id = id
      @at = at
      @user = user
      @key = key
      @cause = cause
      @changes = changes
      @counts = counts
      @undoes = undoes
      @undone_by = undone_by
      @can_be_undone_until = can_be_undone_until
      @records = records
      freeze
    end

    # @api private
    def self.read(data)
      new(
        id: Read.value(data, "id"),
        at: Read.time(data, "at"),
        user: Read.nested(data, "user", User),
        key: Read.optional(data, "key", Key),
        cause: Read.value(data, "cause"),
        changes: Read.value(data, "changes"),
        counts: Read.value(data, "counts"),
        undoes: Read.value(data, "undoes"),
        undone_by: Read.value(data, "undone_by"),
        can_be_undone_until: Read.time(data, "can_be_undone_until"),
        records: Read.each(data, "records", ChangedRecord)
      )
    end
  end

  # A record that is as it was before.
  class UndoneRecord < Record
    NAMES = %i[resource id properties].freeze

    # The resource of the record, such as `lead`.
    # @return [String]
    attr_reader :resource
    # The id of the record.
    # @return [Integer]
    attr_reader :id
    # The properties, such as `name` and `email.email`; nil where it is the record as a whole.
    # @return [Array<String>, nil]
    attr_reader :properties

    def initialize(resource:, id:, properties:)
      @resource = resource
      @id = id
      @properties = properties
      freeze
    end

    # @api private
    def self.read(data)
      new(
        resource: Read.value(data, "resource"),
        id: Read.value(data, "id"),
        properties: Read.value(data, "properties")
      )
    end
  end

  # What an undo did, or would do.
  class Undo < Record
    NAMES = %i[operation undone_count undone left_count left].freeze

    # The id of the undo, which is an operation too; nil where nothing could be undone, and of a dry run.
    # @return [Integer, nil]
    attr_reader :operation
    # How many records `undone` names; nil of a dry run that names the last ones alone.
    # @return [Integer, nil]
    attr_reader :undone_count
    # What is as it was before; of a dry run only of the last 10,000 changes.
    # @return [Array<UndoneRecord>]
    attr_reader :undone
    # How many entries `left` has; nil of a dry run that names the last ones alone.
    # @return [Integer, nil]
    attr_reader :left_count
    # What stays as it is, and why; of a dry run only of the last 10,000 changes.
    # @return [Array<Left>]
    attr_reader :left

    def initialize(operation:, undone_count:, undone:, left_count:, left:)
      @operation = operation
      @undone_count = undone_count
      @undone = undone
      @left_count = left_count
      @left = left
      freeze
    end

    # @api private
    def self.read(data)
      new(
        operation: Read.value(data, "operation"),
        undone_count: Read.value(data, "undone_count"),
        undone: Read.each(data, "undone", UndoneRecord),
        left_count: Read.value(data, "left_count"),
        left: Read.each(data, "left", Left)
      )
    end
  end

  # Background work.
  class Job < Record
    NAMES = %i[id kind state done total error created modified operation left_count left].freeze

    # The id of the work, such as `undo-1`.
    # @return [String]
    attr_reader :id
    # What it does, such as `undo`.
    # @return [String]
    attr_reader :kind
    # Whether it waits, runs, has ended, or has failed for good or was stopped.
    # @return [String]
    attr_reader :state
    # How much is done.
    # @return [Integer]
    attr_reader :done
    # How much there is to do; nil where that is not known.
    # @return [Integer, nil]
    attr_reader :total
    # What went wrong with its last step.
    # @return [String, nil]
    attr_reader :error
    # When it was asked for.
    # @return [Time]
    attr_reader :created
    # When its last step ended.
    # @return [Time]
    attr_reader :modified
    # The id of its operation; nil before its first change.
    # @return [Integer, nil]
    attr_reader :operation
    # How many records it has left as they are.
    # @return [Integer]
    attr_reader :left_count
    # The first 100 of these.
    # @return [Array<Left>]
    attr_reader :left

    def initialize(
      id:,
      kind:,
      state:,
      done:,
      total:,
      error:,
      created:,
      modified:,
      operation:,
      left_count:,
      left:
    )
      @id = id
      @kind = kind
      @state = state
      @done = done
      @total = total
      @error = error
      @created = created
      @modified = modified
      @operation = operation
      @left_count = left_count
      @left = left
      freeze
    end

    # @api private
    def self.read(data)
      new(
        id: Read.value(data, "id"),
        kind: Read.value(data, "kind"),
        state: Read.value(data, "state"),
        done: Read.value(data, "done"),
        total: Read.value(data, "total"),
        error: Read.value(data, "error"),
        created: Read.time(data, "created"),
        modified: Read.time(data, "modified"),
        operation: Read.value(data, "operation"),
        left_count: Read.value(data, "left_count"),
        left: Read.each(data, "left", Left)
      )
    end
  end
end
