using Generated.NSwag;

internal static class NSwagCalls
{
    private const string Version = "2023-06-01";

    public static async Task<string[]> Run(string address, string key, Account account)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("x-functions-key", key);
        var client = new MapsKeyRotationClient(http) { BaseUrl = $"{address}/api" };
        // As this generator writes it with System.Text.Json, which is "Primary".
        var body = new MapsKeySpecification { KeyType = KeyType.Primary };
        Task<MapsAccountKeys> Regenerate(string name, string? prefer = null) => client.RegenerateKeyAsync(
            account.Subscription, account.Group, name, body, api_version: Version, prefer: prefer);

        var keys = await Regenerate(account.Name);
        Check.That(keys.PrimaryKey is not null && keys.SecondaryKey is not null, "both keys");
        Check.That(keys.PrimaryKeyLastUpdated!.EndsWith('Z'), "the time of the key");

        var minimal = await Regenerate(account.Name, prefer: "return=minimal");
        Check.That(minimal.PrimaryKey is null && minimal.PrimaryKeyLastUpdated is not null, "the times alone");

        try
        {
            await Regenerate("nowhere");
            Check.That(false, "an error");
        }
        catch (ApiException<ErrorResponse> error)
        {
            Check.That(error.StatusCode == 404, "the status of the error");
            Check.That(error.Result.Error.Code == "ResourceNotFound", "the code of the error");
        }

        var list = await client.ListRotationsAsync(api_version: Version, top: 1);
        Check.That(list.Value.Single().KeyType == KeyType.Primary, "the last rotation");
        Check.That(list.NextLink is not null, "the next page");
        var rotation = await client.GetRotationAsync(list.Value.Single().RotationId, api_version: Version);
        Check.That(rotation.Trigger == Trigger.Http, "who asked");

        var plan = await client.PlanRotationsAsync(api_version: Version);
        Check.That(plan.Value.Any(one => one.AccountId.EndsWith(account.Name)), "the account in the plan");
        Check.That(plan.Value.Any(one => one.Decision == "not-due"), "one that is not due");

        return ["regenerateKey", "regenerateKey, minimal", "an error", "listRotations", "getRotation", "planRotations"];
    }
}
