# frozen_string_literal: true

# Written by `make generate` from src/closum/resources: change the declarations, not this file.

require_relative "generated/lead"
require_relative "generated/city"
require_relative "generated/email"
require_relative "generated/phone"
require_relative "generated/note"
require_relative "generated/task"
require_relative "generated/contact_lifecycle_stage"
require_relative "generated/contact_type"
require_relative "generated/unqualified_lead"
require_relative "generated/audience_list"
require_relative "generated/lead_audience_list"
require_relative "generated/assignment_rule"
require_relative "generated/consent"
require_relative "generated/unqualified_lead_consent"
require_relative "generated/account"
require_relative "generated/_others"
require_relative "generated/_imports"
require_relative "generated/_reports"
require_relative "generated/user"
require_relative "generated/bin"
require_relative "generated/operation"
require_relative "generated/job"
require_relative "generated/import"
require_relative "generated/report"

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

    # @return [Notes]
    attr_reader :notes

    # @return [Tasks]
    attr_reader :tasks

    # @return [ContactLifecycleStages]
    attr_reader :contact_lifecycle_stages

    # @return [ContactTypes]
    attr_reader :contact_types

    # @return [UnqualifiedLeads]
    attr_reader :unqualified_leads

    # @return [AudienceLists]
    attr_reader :audience_lists

    # @return [LeadAudienceLists]
    attr_reader :lead_audience_lists

    # @return [AssignmentRules]
    attr_reader :assignment_rules

    # @return [Consents]
    attr_reader :consents

    # @return [UnqualifiedLeadConsents]
    attr_reader :unqualified_lead_consents

    # @return [AccountResource]
    attr_reader :account

    # @return [Users]
    attr_reader :users

    # @return [Bin]
    attr_reader :bin

    # @return [Operations]
    attr_reader :operations

    # @return [Jobs]
    attr_reader :jobs

    # @return [Imports]
    attr_reader :imports

    # @return [Reports]
    attr_reader :reports

    private

    def make_resources(calls)
      @leads = Leads.new(calls)
      @cities = Cities.new(calls)
      @emails = Emails.new(calls)
      @phones = Phones.new(calls)
      @notes = Notes.new(calls)
      @tasks = Tasks.new(calls)
      @contact_lifecycle_stages = ContactLifecycleStages.new(calls)
      @contact_types = ContactTypes.new(calls)
      @unqualified_leads = UnqualifiedLeads.new(calls)
      @audience_lists = AudienceLists.new(calls)
      @lead_audience_lists = LeadAudienceLists.new(calls)
      @assignment_rules = AssignmentRules.new(calls)
      @consents = Consents.new(calls)
      @unqualified_lead_consents = UnqualifiedLeadConsents.new(calls)
      @account = AccountResource.new(calls)
      @users = Users.new(calls)
      @bin = Bin.new(calls)
      @operations = Operations.new(calls)
      @jobs = Jobs.new(calls)
      @imports = Imports.new(calls)
      @reports = Reports.new(calls)
    end
  end
end
