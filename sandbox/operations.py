"""All operations of Asana's API, so that one which the sandbox lacks is told from a typing error.

Methods, paths and names are those of Asana's official Python client 5.4.0:
https://github.com/Asana/python-asana
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.urls import Resolver404, resolve

from sandbox.envelope import API_ROOT


@dataclass(frozen=True)
class Operation:
    """An operation; `path` has the names of its gids in braces."""

    method: str
    path: str
    name: str

    @property
    def example_path(self) -> str:
        """Return the path with a gid in each place."""
        return API_ROOT + re.sub(r"{\w+}", "1", self.path)

    @property
    def is_served(self) -> bool:
        """Return whether the sandbox has it."""
        try:
            view = resolve(self.example_path).func
        except Resolver404:
            return False
        return self.method in getattr(view, "methods", ())


@cache
def all_operations() -> tuple[Operation, ...]:
    """Return all operations, ordered by path."""
    return tuple(Operation(*line.split()) for line in _TABLE.strip().splitlines())


def name_of(method: str, path: str) -> str | None:
    """Return the name of the operation at this address, None if Asana has none."""
    for pattern, operation in _patterns():
        if operation.method == method and pattern.fullmatch(path):
            return operation.name
    return None


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Operation], ...]:
    """Return the operations with their patterns, those with fewer gids first."""
    by_gids = sorted(all_operations(), key=lambda operation: operation.path.count("{"))
    return tuple((_pattern(operation), operation) for operation in by_gids)


def _pattern(operation: Operation) -> re.Pattern[str]:
    return re.compile(API_ROOT + "".join(_parts(operation.path)))


def _parts(path: str) -> Iterator[str]:
    for part in re.split(r"({\w+})", path):
        yield "[^/]+" if part.startswith("{") else re.escape(part)


_TABLE = """
GET /access_requests getAccessRequests
POST /access_requests createAccessRequest
POST /access_requests/{access_request_gid}/approve approveAccessRequest
POST /access_requests/{access_request_gid}/reject rejectAccessRequest
GET /agents/{agent_gid} getAgent
GET /allocations getAllocations
POST /allocations createAllocation
DELETE /allocations/{allocation_gid} deleteAllocation
GET /allocations/{allocation_gid} getAllocation
PUT /allocations/{allocation_gid} updateAllocation
GET /attachments getAttachmentsForObject
POST /attachments createAttachmentForObject
DELETE /attachments/{attachment_gid} deleteAttachment
GET /attachments/{attachment_gid} getAttachment
POST /batch createBatchRequest
GET /budgets getBudgets
POST /budgets createBudget
DELETE /budgets/{budget_gid} deleteBudget
GET /budgets/{budget_gid} getBudget
PUT /budgets/{budget_gid} updateBudget
POST /custom_fields createCustomField
DELETE /custom_fields/{custom_field_gid} deleteCustomField
GET /custom_fields/{custom_field_gid} getCustomField
PUT /custom_fields/{custom_field_gid} updateCustomField
POST /custom_fields/{custom_field_gid}/enum_options createEnumOptionForCustomField
POST /custom_fields/{custom_field_gid}/enum_options/insert insertEnumOptionForCustomField
GET /custom_types getCustomTypes
GET /custom_types/{custom_type_gid} getCustomType
PUT /enum_options/{enum_option_gid} updateEnumOption
GET /events getEvents
POST /exports/graph createGraphExport
POST /exports/resource createResourceExport
GET /goal_relationships getGoalRelationships
GET /goal_relationships/{goal_relationship_gid} getGoalRelationship
PUT /goal_relationships/{goal_relationship_gid} updateGoalRelationship
GET /goals getGoals
POST /goals createGoal
DELETE /goals/{goal_gid} deleteGoal
GET /goals/{goal_gid} getGoal
PUT /goals/{goal_gid} updateGoal
POST /goals/{goal_gid}/addCustomFieldSetting addCustomFieldSettingForGoal
POST /goals/{goal_gid}/addFollowers addFollowers
POST /goals/{goal_gid}/addSupportingRelationship addSupportingRelationship
GET /goals/{goal_gid}/custom_field_settings getCustomFieldSettingsForGoal
GET /goals/{goal_gid}/parentGoals getParentGoalsForGoal
POST /goals/{goal_gid}/removeCustomFieldSetting removeCustomFieldSettingForGoal
POST /goals/{goal_gid}/removeFollowers removeFollowers
POST /goals/{goal_gid}/removeSupportingRelationship removeSupportingRelationship
POST /goals/{goal_gid}/setMetric createGoalMetric
POST /goals/{goal_gid}/setMetricCurrentValue updateGoalMetric
GET /goals/{goal_gid}/stories getStoriesForGoal
POST /goals/{goal_gid}/stories createStoryForGoal
GET /jobs/{job_gid} getJob
GET /memberships getMemberships
POST /memberships createMembership
DELETE /memberships/{membership_gid} deleteMembership
GET /memberships/{membership_gid} getMembership
PUT /memberships/{membership_gid} updateMembership
GET /ooo_entries getOooEntries
POST /ooo_entries createOooEntry
DELETE /ooo_entries/{ooo_entry_gid} deleteOooEntry
GET /ooo_entries/{ooo_entry_gid} getOooEntry
PUT /ooo_entries/{ooo_entry_gid} updateOooEntry
POST /organization_exports createOrganizationExport
GET /organization_exports/{organization_export_gid} getOrganizationExport
GET /portfolio_memberships getPortfolioMemberships
GET /portfolio_memberships/{portfolio_membership_gid} getPortfolioMembership
GET /portfolios getPortfolios
POST /portfolios createPortfolio
DELETE /portfolios/{portfolio_gid} deletePortfolio
GET /portfolios/{portfolio_gid} getPortfolio
PUT /portfolios/{portfolio_gid} updatePortfolio
POST /portfolios/{portfolio_gid}/addCustomFieldSetting addCustomFieldSettingForPortfolio
POST /portfolios/{portfolio_gid}/addItem addItemForPortfolio
POST /portfolios/{portfolio_gid}/addMembers addMembersForPortfolio
GET /portfolios/{portfolio_gid}/custom_field_settings getCustomFieldSettingsForPortfolio
POST /portfolios/{portfolio_gid}/duplicate duplicatePortfolio
GET /portfolios/{portfolio_gid}/items getItemsForPortfolio
GET /portfolios/{portfolio_gid}/portfolio_memberships getPortfolioMembershipsForPortfolio
GET /portfolios/{portfolio_gid}/project_portfolio_settings getProjectPortfolioSettingsForPortfolio
POST /portfolios/{portfolio_gid}/removeCustomFieldSetting removeCustomFieldSettingForPortfolio
POST /portfolios/{portfolio_gid}/removeItem removeItemForPortfolio
POST /portfolios/{portfolio_gid}/removeMembers removeMembersForPortfolio
DELETE /project_briefs/{project_brief_gid} deleteProjectBrief
GET /project_briefs/{project_brief_gid} getProjectBrief
PUT /project_briefs/{project_brief_gid} updateProjectBrief
GET /project_memberships/{project_membership_gid} getProjectMembership
GET /project_portfolio_settings/{project_portfolio_setting_gid} getProjectPortfolioSetting
PUT /project_portfolio_settings/{project_portfolio_setting_gid} updateProjectPortfolioSetting
DELETE /project_statuses/{project_status_gid} deleteProjectStatus
GET /project_statuses/{project_status_gid} getProjectStatus
GET /project_templates getProjectTemplates
DELETE /project_templates/{project_template_gid} deleteProjectTemplate
GET /project_templates/{project_template_gid} getProjectTemplate
POST /project_templates/{project_template_gid}/instantiateProject instantiateProject
GET /projects getProjects
POST /projects createProject
DELETE /projects/{project_gid} deleteProject
GET /projects/{project_gid} getProject
PUT /projects/{project_gid} updateProject
POST /projects/{project_gid}/addCustomFieldSetting addCustomFieldSettingForProject
POST /projects/{project_gid}/addFollowers addFollowersForProject
POST /projects/{project_gid}/addMembers addMembersForProject
GET /projects/{project_gid}/custom_field_settings getCustomFieldSettingsForProject
POST /projects/{project_gid}/duplicate duplicateProject
POST /projects/{project_gid}/project_briefs createProjectBrief
GET /projects/{project_gid}/project_memberships getProjectMembershipsForProject
GET /projects/{project_gid}/project_portfolio_settings getProjectPortfolioSettingsForProject
GET /projects/{project_gid}/project_statuses getProjectStatusesForProject
POST /projects/{project_gid}/project_statuses createProjectStatusForProject
POST /projects/{project_gid}/removeCustomFieldSetting removeCustomFieldSettingForProject
POST /projects/{project_gid}/removeFollowers removeFollowersForProject
POST /projects/{project_gid}/removeMembers removeMembersForProject
POST /projects/{project_gid}/rollup rollupProject
POST /projects/{project_gid}/saveAsTemplate projectSaveAsTemplate
GET /projects/{project_gid}/sections getSectionsForProject
POST /projects/{project_gid}/sections createSectionForProject
POST /projects/{project_gid}/sections/insert insertSectionForProject
GET /projects/{project_gid}/task_counts getTaskCountsForProject
GET /projects/{project_gid}/tasks getTasksForProject
GET /rates getRates
POST /rates createRate
DELETE /rates/{rate_gid} deleteRate
GET /rates/{rate_gid} getRate
PUT /rates/{rate_gid} updateRate
GET /reactions getReactionsOnObject
GET /roles getRoles
POST /roles createRole
DELETE /roles/{role_gid} deleteRole
GET /roles/{role_gid} getRole
PUT /roles/{role_gid} updateRole
POST /rule_triggers/{rule_trigger_gid}/run triggerRule
DELETE /sections/{section_gid} deleteSection
GET /sections/{section_gid} getSection
PUT /sections/{section_gid} updateSection
POST /sections/{section_gid}/addTask addTaskForSection
GET /sections/{section_gid}/tasks getTasksForSection
GET /status_updates getStatusesForObject
POST /status_updates createStatusForObject
DELETE /status_updates/{status_update_gid} deleteStatus
GET /status_updates/{status_update_gid} getStatus
DELETE /stories/{story_gid} deleteStory
GET /stories/{story_gid} getStory
PUT /stories/{story_gid} updateStory
GET /tags getTags
POST /tags createTag
DELETE /tags/{tag_gid} deleteTag
GET /tags/{tag_gid} getTag
PUT /tags/{tag_gid} updateTag
GET /tags/{tag_gid}/tasks getTasksForTag
GET /task_templates getTaskTemplates
DELETE /task_templates/{task_template_gid} deleteTaskTemplate
GET /task_templates/{task_template_gid} getTaskTemplate
POST /task_templates/{task_template_gid}/instantiateTask instantiateTask
GET /tasks getTasks
POST /tasks createTask
DELETE /tasks/{task_gid} deleteTask
GET /tasks/{task_gid} getTask
PUT /tasks/{task_gid} updateTask
POST /tasks/{task_gid}/addDependencies addDependenciesForTask
POST /tasks/{task_gid}/addDependents addDependentsForTask
POST /tasks/{task_gid}/addFollowers addFollowersForTask
POST /tasks/{task_gid}/addProject addProjectForTask
POST /tasks/{task_gid}/addTag addTagForTask
GET /tasks/{task_gid}/dependencies getDependenciesForTask
GET /tasks/{task_gid}/dependents getDependentsForTask
POST /tasks/{task_gid}/duplicate duplicateTask
GET /tasks/{task_gid}/projects getProjectsForTask
POST /tasks/{task_gid}/removeDependencies removeDependenciesForTask
POST /tasks/{task_gid}/removeDependents removeDependentsForTask
POST /tasks/{task_gid}/removeFollowers removeFollowerForTask
POST /tasks/{task_gid}/removeProject removeProjectForTask
POST /tasks/{task_gid}/removeTag removeTagForTask
POST /tasks/{task_gid}/rollup rollupTask
POST /tasks/{task_gid}/setParent setParentForTask
GET /tasks/{task_gid}/stories getStoriesForTask
POST /tasks/{task_gid}/stories createStoryForTask
GET /tasks/{task_gid}/subtasks getSubtasksForTask
POST /tasks/{task_gid}/subtasks createSubtaskForTask
GET /tasks/{task_gid}/tags getTagsForTask
GET /tasks/{task_gid}/time_tracking_entries getTimeTrackingEntriesForTask
POST /tasks/{task_gid}/time_tracking_entries createTimeTrackingEntry
GET /team_memberships getTeamMemberships
GET /team_memberships/{team_membership_gid} getTeamMembership
POST /teams createTeam
GET /teams/{team_gid} getTeam
PUT /teams/{team_gid} updateTeam
POST /teams/{team_gid}/addUser addUserForTeam
GET /teams/{team_gid}/custom_field_settings getCustomFieldSettingsForTeam
GET /teams/{team_gid}/project_templates getProjectTemplatesForTeam
GET /teams/{team_gid}/projects getProjectsForTeam
POST /teams/{team_gid}/projects createProjectForTeam
POST /teams/{team_gid}/removeUser removeUserForTeam
GET /teams/{team_gid}/team_memberships getTeamMembershipsForTeam
GET /teams/{team_gid}/users getUsersForTeam
GET /time_periods getTimePeriods
GET /time_periods/{time_period_gid} getTimePeriod
GET /time_tracking_categories getTimeTrackingCategories
POST /time_tracking_categories createTimeTrackingCategory
DELETE /time_tracking_categories/{time_tracking_category_gid} deleteTimeTrackingCategory
GET /time_tracking_categories/{time_tracking_category_gid} getTimeTrackingCategory
PUT /time_tracking_categories/{time_tracking_category_gid} updateTimeTrackingCategory
GET /time_tracking_categories/{time_tracking_category_gid}/time_tracking_entries getTimeTrackingEntriesForTimeTrackingCategory
GET /time_tracking_entries getTimeTrackingEntries
DELETE /time_tracking_entries/{time_tracking_entry_gid} deleteTimeTrackingEntry
GET /time_tracking_entries/{time_tracking_entry_gid} getTimeTrackingEntry
PUT /time_tracking_entries/{time_tracking_entry_gid} updateTimeTrackingEntry
GET /timesheet_approval_statuses getTimesheetApprovalStatuses
POST /timesheet_approval_statuses createTimesheetApprovalStatus
GET /timesheet_approval_statuses/{timesheet_approval_status_gid} getTimesheetApprovalStatus
PUT /timesheet_approval_statuses/{timesheet_approval_status_gid} updateTimesheetApprovalStatus
GET /user_task_lists/{user_task_list_gid} getUserTaskList
GET /user_task_lists/{user_task_list_gid}/tasks getTasksForUserTaskList
GET /users getUsers
GET /users/{user_gid} getUser
PUT /users/{user_gid} updateUser
GET /users/{user_gid}/favorites getFavoritesForUser
GET /users/{user_gid}/team_memberships getTeamMembershipsForUser
GET /users/{user_gid}/teams getTeamsForUser
GET /users/{user_gid}/user_task_list getUserTaskListForUser
GET /users/{user_gid}/workspace_memberships getWorkspaceMembershipsForUser
GET /webhooks getWebhooks
POST /webhooks createWebhook
DELETE /webhooks/{webhook_gid} deleteWebhook
GET /webhooks/{webhook_gid} getWebhook
PUT /webhooks/{webhook_gid} updateWebhook
GET /workspace_memberships/{workspace_membership_gid} getWorkspaceMembership
GET /workspaces getWorkspaces
GET /workspaces/{workspace_gid} getWorkspace
PUT /workspaces/{workspace_gid} updateWorkspace
POST /workspaces/{workspace_gid}/addUser addUserForWorkspace
GET /workspaces/{workspace_gid}/agents getAgentsForWorkspace
GET /workspaces/{workspace_gid}/ai_studio/runs getAiStudioRuns
GET /workspaces/{workspace_gid}/ai_studio/seats getAiStudioSeats
GET /workspaces/{workspace_gid}/audit_log_events getAuditLogEvents
GET /workspaces/{workspace_gid}/custom_fields getCustomFieldsForWorkspace
GET /workspaces/{workspace_gid}/events getWorkspaceEvents
GET /workspaces/{workspace_gid}/projects getProjectsForWorkspace
POST /workspaces/{workspace_gid}/projects createProjectForWorkspace
GET /workspaces/{workspace_gid}/projects/search searchProjectsForWorkspace
POST /workspaces/{workspace_gid}/removeUser removeUserForWorkspace
GET /workspaces/{workspace_gid}/tags getTagsForWorkspace
POST /workspaces/{workspace_gid}/tags createTagForWorkspace
GET /workspaces/{workspace_gid}/tasks/custom_id/{custom_id} getTaskForCustomId
GET /workspaces/{workspace_gid}/tasks/search searchTasksForWorkspace
GET /workspaces/{workspace_gid}/teams getTeamsForWorkspace
GET /workspaces/{workspace_gid}/typeahead typeaheadForWorkspace
GET /workspaces/{workspace_gid}/users getUsersForWorkspace
GET /workspaces/{workspace_gid}/users/{user_gid} getUserForWorkspace
PUT /workspaces/{workspace_gid}/users/{user_gid} updateUserForWorkspace
GET /workspaces/{workspace_gid}/workspace_memberships getWorkspaceMembershipsForWorkspace
"""  # noqa: E501
