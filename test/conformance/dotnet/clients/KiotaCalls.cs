using Generated.Kiota;
using Generated.Kiota.Models;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;

internal static class KiotaCalls
{
    private const string Version = "2023-06-01";

    public static async Task<string[]> Run(string address, string key, Account account)
    {
        // Kiota's own provider of keys sends none without TLS, which the app has only where it is deployed.
        using var http = KiotaClientFactory.Create();
        http.DefaultRequestHeaders.Add("x-functions-key", key);
        using var adapter = new HttpClientRequestAdapter(new AnonymousAuthenticationProvider(), httpClient: http)
        {
            BaseUrl = $"{address}/api",
        };
        var client = new MapsKeyRotationClient(adapter);
        var body = new MapsKeySpecification { KeyType = KeyType.Primary };
        Task<MapsAccountKeys?> Regenerate(string name, string? prefer = null) =>
            client.Subscriptions[account.Subscription].ResourceGroups[account.Group].Providers.MicrosoftMaps
                .Accounts[name].RegenerateKey.PostAsync(body, request =>
                {
                    request.QueryParameters.ApiVersion = Version;
                    if (prefer is not null) request.Headers.Add("Prefer", prefer);
                });

        var keys = await Regenerate(account.Name);
        Check.That(keys?.PrimaryKey is not null && keys.SecondaryKey is not null, "both keys");
        Check.That(keys!.PrimaryKeyLastUpdated!.EndsWith('Z'), "the time of the key");

        var minimal = await Regenerate(account.Name, prefer: "return=minimal");
        Check.That(minimal is { PrimaryKey: null, PrimaryKeyLastUpdated: not null }, "the times alone");

        try
        {
            await Regenerate("nowhere");
            Check.That(false, "an error");
        }
        catch (ErrorResponse error)
        {
            Check.That(error.ResponseStatusCode == 404, "the status of the error");
            Check.That(error.Error?.Code == "ResourceNotFound", "the code of the error");
            Check.That(error.Message == error.Error?.Message && error.Message != "", "the message of the error");
        }

        var list = await client.Rotations.GetAsync(request =>
        {
            request.QueryParameters.ApiVersion = Version;
            request.QueryParameters.Top = 1;
        });
        var last = list!.Value!.Single();
        Check.That(last.KeyType == KeyType.Primary, "the last rotation");
        Check.That(list.NextLink is not null, "the next page");
        var rotation = await client.Rotations[last.RotationId!.Value]
            .GetAsync(request => request.QueryParameters.ApiVersion = Version);
        Check.That(rotation?.Trigger == Trigger.Http, "who asked");

        var plan = await client.Rotations.Plan.GetAsync(request => request.QueryParameters.ApiVersion = Version);
        Check.That(plan!.Value!.Any(one => one.AccountId!.EndsWith(account.Name)), "the account in the plan");
        Check.That(plan.Value!.Any(one => one.Decision == "not-due"), "one that is not due");

        return ["regenerateKey", "regenerateKey, minimal", "an error", "listRotations", "getRotation", "planRotations"];
    }
}
