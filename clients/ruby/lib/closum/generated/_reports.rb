# frozen_string_literal: true

# Written by `make generate` from src/closum/api: change the routes, not this file.

module Closum
  # How many leads have a value.
  class ReportRow < Record
    NAMES = %i[value label count].freeze

    # The value, as a filter takes it: of a city, an owner or a stage the id; of a week its Monday. nil for
    #   the leads without one.
    # @return [String, nil]
    attr_reader :value
    # What people call it: the name of the city, the e-mail address of the owner; else the value.
    # @return [String, nil]
    attr_reader :label
    # How many leads have it.
    # @return [Integer]
    attr_reader :count

    def initialize(value:, label:, count:)
      @value = value
      @label = label
      @count = count
      freeze
    end

    # @api private
    def self.read(data)
      new(
        value: Read.value(data, "value"),
        label: Read.value(data, "label"),
        count: Read.value(data, "count")
      )
    end
  end

  # How many leads there are.
  class LeadsReport < Record
    NAMES = %i[by first_day last_day total others rows].freeze

    # What the leads are counted by.
    # @return [String]
    attr_reader :by
    # The first day, nil without one.
    # @return [String, nil]
    attr_reader :first_day
    # The last day, nil without one.
    # @return [String, nil]
    attr_reader :last_day
    # How many leads there are in all.
    # @return [Integer]
    attr_reader :total
    # How many of them are in none of the `rows`, because these are more than `limit`.
    # @return [Integer]
    attr_reader :others
    # The values and times that leads have: times in their order, of values those first that most leads
    #   have.
    # @return [Array<ReportRow>]
    attr_reader :rows

    def initialize(by:, first_day:, last_day:, total:, others:, rows:)
      @by = by
      @first_day = first_day
      @last_day = last_day
      @total = total
      @others = others
      @rows = rows
      freeze
    end

    # @api private
    def self.read(data)
      new(
        by: Read.value(data, "by"),
        first_day: Read.value(data, "first_day"),
        last_day: Read.value(data, "last_day"),
        total: Read.value(data, "total"),
        others: Read.value(data, "others"),
        rows: Read.each(data, "rows", ReportRow)
      )
    end
  end

  # A stage, and the leads that entered it.
  class FunnelRow < Record
    NAMES = %i[contact_lifecycle_stage_id label entered kept].freeze

    # The id of the stage.
    # @return [Integer]
    attr_reader :contact_lifecycle_stage_id
    # What the stage is called; nil for a deleted stage.
    # @return [String, nil]
    attr_reader :label
    # How many leads entered it for the first time.
    # @return [Integer]
    attr_reader :entered
    # How many of them are in it now, or in a later one.
    # @return [Integer]
    attr_reader :kept

    def initialize(contact_lifecycle_stage_id:, label:, entered:, kept:)
      @contact_lifecycle_stage_id = contact_lifecycle_stage_id
      @label = label
      @entered = entered
      @kept = kept
      freeze
    end

    # @api private
    def self.read(data)
      new(
        contact_lifecycle_stage_id: Read.value(data, "contact_lifecycle_stage_id"),
        label: Read.value(data, "label"),
        entered: Read.value(data, "entered"),
        kept: Read.value(data, "kept")
      )
    end
  end

  # How far leads went.
  class FunnelReport < Record
    NAMES = %i[first_day last_day rows].freeze

    # The first day, nil without one.
    # @return [String, nil]
    attr_reader :first_day
    # The last day, nil without one.
    # @return [String, nil]
    attr_reader :last_day
    # The stages in the order of their positions, without archived ones that no lead entered.
    # @return [Array<FunnelRow>]
    attr_reader :rows

    def initialize(first_day:, last_day:, rows:)
      @first_day = first_day
      @last_day = last_day
      @rows = rows
      freeze
    end

    # @api private
    def self.read(data)
      new(
        first_day: Read.value(data, "first_day"),
        last_day: Read.value(data, "last_day"),
        rows: Read.each(data, "rows", FunnelRow)
      )
    end
  end

  # How soon somebody spoke with leads.
  class FirstContactReport < Record
    NAMES = %i[first_day last_day leads contacted mean median percentile_90].freeze

    # The first day, nil without one.
    # @return [String, nil]
    attr_reader :first_day
    # The last day, nil without one.
    # @return [String, nil]
    attr_reader :last_day
    # How many leads there are.
    # @return [Integer]
    attr_reader :leads
    # How many of them somebody has spoken with.
    # @return [Integer]
    attr_reader :contacted
    # The mean of the seconds until then; nil where there is none.
    # @return [Numeric, nil]
    attr_reader :mean
    # Their median, of an even number the mean of the two in the middle.
    # @return [Numeric, nil]
    attr_reader :median
    # The least number of seconds within which 90 % of them were spoken with.
    # @return [Numeric, nil]
    attr_reader :percentile_90

    def initialize(first_day:, last_day:, leads:, contacted:, mean:, median:, percentile_90:)
      @first_day = first_day
      @last_day = last_day
      @leads = leads
      @contacted = contacted
      @mean = mean
      @median = median
      @percentile_90 = percentile_90
      freeze
    end

    # @api private
    def self.read(data)
      new(
        first_day: Read.value(data, "first_day"),
        last_day: Read.value(data, "last_day"),
        leads: Read.value(data, "leads"),
        contacted: Read.value(data, "contacted"),
        mean: Read.value(data, "mean"),
        median: Read.value(data, "median"),
        percentile_90: Read.value(data, "percentile_90")
      )
    end
  end
end
