# frozen_string_literal: true

# Written by `make generate` from src/closum/resources: change the declarations, not this file.

require_relative "generated/lead"
require_relative "generated/city"
require_relative "generated/email"
require_relative "generated/phone"
require_relative "generated/account"

module Closum
  # The resources of the API, as a Client has them.
  module Resources
    # @return [Leads]
    attr_reader :leads

    # @return [Cities]
    attr_reader :cities

    # @return [Emails]
    attr_reader :emails

    # @return [Phones]
    attr_reader :phones

    # @return [AccountResource]
    attr_reader :account

    private

    def make_resources(calls)
      @leads = Leads.new(calls)
      @cities = Cities.new(calls)
      @emails = Emails.new(calls)
      @phones = Phones.new(calls)
      @account = AccountResource.new(calls)
    end
  end
end
