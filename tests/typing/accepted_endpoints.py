"""Typed uses of the endpoints beyond uploads that mypy and pyright must accept; never run."""

from datetime import date, datetime
from pathlib import Path
from typing import assert_type

from pinarkive import (
    Allocation,
    CancelPayment,
    ChangePassword,
    ChangePlan,
    ChangeUserPlan,
    ClusterList,
    CreatePayment,
    CurrentPlan,
    DeleteUpload,
    Directory,
    Done,
    GatewayList,
    GetDirectory,
    GetInfo,
    GetMyPlan,
    GetPayment,
    GetPreferences,
    GetStatusAllocations,
    GetUpload,
    GetUserPlan,
    Info,
    ListAllPlans,
    ListClusters,
    ListCountries,
    ListGateways,
    ListLanguages,
    ListLogs,
    ListReferrals,
    ListUserPlans,
    LocaleList,
    LogEntry,
    LogPage,
    Pager,
    Payment,
    PinarkiveClient,
    Plan,
    PlanList,
    Preferences,
    ReferralList,
    Removal,
    RenameUpload,
    Renaming,
    ServerDirectoryUpload,
    UpdateMe,
    UpdatePreferences,
    Upload,
    UploadDirectoryCluster,
    UploadDirectoryClusterFile,
    UploadDirectoryFile,
    UploadRecord,
)


def every_other_request_gives_its_answer(client: PinarkiveClient) -> None:
    assert_type(client.send(RenameUpload(upload_id="u1", new_name="n")), Renaming)
    assert_type(client.send(UploadDirectoryCluster(dir_path="/srv")), ServerDirectoryUpload)
    assert_type(client.send(UploadDirectoryClusterFile(file=b"x")), Upload)
    assert_type(client.send(UploadDirectoryFile(file=Path("a.txt"))), Upload)
    assert_type(client.send(GetUpload(cid="bafkqaaa")), UploadRecord)
    assert_type(client.send(DeleteUpload(cid="bafkqaaa")), Removal)
    assert_type(client.send(GetDirectory(cid="bafkqaaa")), Directory)
    assert_type(client.send(UpdateMe(birth_date=date(1815, 12, 10))), Done)
    assert_type(client.send(ChangePassword(current_password="a", new_password="b")), Done)
    assert_type(client.send(GetPreferences()), Preferences)
    assert_type(client.send(UpdatePreferences(language="es")), Preferences)
    assert_type(client.send(ListClusters()), ClusterList)
    assert_type(client.send(ListGateways(cluster_id="cl1-eu")), GatewayList)
    assert_type(client.send(ListReferrals()), ReferralList)
    assert_type(client.send(ListLogs(type="INFO", source="WEB")), LogPage)
    assert_type(client.send(GetMyPlan()), CurrentPlan)
    assert_type(client.send(GetUserPlan()), CurrentPlan)
    assert_type(client.send(ListAllPlans()), PlanList)
    assert_type(client.send(ListUserPlans()), PlanList)
    assert_type(client.send(ChangePlan(plan_id="p1")), Done)
    assert_type(client.send(ChangeUserPlan(plan_id="p1")), Done)
    assert_type(client.send(GetStatusAllocations(cid="bafkqaaa")), Allocation)
    assert_type(client.send(CreatePayment(gateway="coingate", plan_id="p1")), Payment)
    assert_type(client.send(GetPayment(gateway="coingate", order_id="o1")), Payment)
    assert_type(client.send(CancelPayment(gateway="coingate", order_id="o1")), Payment)
    assert_type(client.send(GetInfo()), Info)
    assert_type(client.send(ListLanguages()), LocaleList)
    assert_type(client.send(ListCountries()), LocaleList)


def words_are_offered_and_others_are_taken(client: PinarkiveClient, word: str) -> None:
    client.users.logs(type="INFO", source="COLD_STORAGE", action="any at all")
    client.users.logs(type=word, source=word)
    assert_type(client.users.iter_logs(type=word), Pager[LogPage, LogEntry])
    client.clusters.gateways("cl2-es")
    client.clusters.gateways(word)
    client.files.upload("a.txt", cluster_id=word)
    client.payments.create("multisafepay", "p1")
    client.payments.create(word, "p1")


def what_the_new_answers_hold(client: PinarkiveClient) -> None:
    assert_type(client.users.clusters().clusters[0].gateway_url, str | None)
    assert_type(client.plans.mine().plan, Plan | None)
    assert_type(client.plans.mine().expires_at, datetime | None)
    assert_type(client.users.me().two_factor_enabled, bool | None)
    assert_type(client.users.logs().total_pages, int | None)
    assert_type(client.system.languages().locales[0].code, str | None)
