# frozen_string_literal: true

# Written by `make generate` from src/closum/api: change the routes, not this file.

module Closum
  # The reports of your account: `client.reports`.
  class Reports < Resource
    PATH = "/api/report"

    # Counts the leads that were made on some days, by a property or by the day, week or month.
    #
    # @param by [String] what is counted by
    # @param from [String, Date] the first day, in the time zone of the account
    # @param to [String, Date] the last day
    # @param owner_id [Integer, String] those of this user alone; "" for those without an owner
    # @param limit [Integer] how many there are: 25 unless given, at most 1000
    # @return [LeadsReport]
    # @raise [Error]
    def leads(by: nil, from: nil, to: nil, owner_id: nil, limit: nil)
      acted(
        "GET",
        "/leads",
        params: { by:, from:, to:, owner_id:, limit: }
      ) { |envelope| LeadsReport.read(data(envelope)) }
    end

    # Tells how many leads entered each stage on some days, and how many of them are in it now or in a later
    #   one.
    #
    # @param from [String, Date] the first day, in the time zone of the account
    # @param to [String, Date] the last day
    # @param owner_id [Integer, String] those of this user alone; "" for those without an owner
    # @return [FunnelReport]
    # @raise [Error]
    def funnel(from: nil, to: nil, owner_id: nil)
      acted(
        "GET",
        "/funnel",
        params: { from:, to:, owner_id: }
      ) { |envelope| FunnelReport.read(data(envelope)) }
    end

    # Tells in how many seconds somebody spoke with the leads that were made on some days: until the first
    #   note of a call, an e-mail or a meeting.
    #
    # @param from [String, Date] the first day, in the time zone of the account
    # @param to [String, Date] the last day
    # @param owner_id [Integer, String] those of this user alone; "" for those without an owner
    # @return [FirstContactReport]
    # @raise [Error]
    def first_contact(from: nil, to: nil, owner_id: nil)
      acted(
        "GET",
        "/first-contact",
        params: { from:, to:, owner_id: }
      ) { |envelope| FirstContactReport.read(data(envelope)) }
    end
  end
end
