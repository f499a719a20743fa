// dotnet clients.dll nswag|kiota <address> <function key> <subscription> <group> <account>: calls the app by a client that
// was generated from its contract, and prints what it called.
using System.Text.Json;

var (generator, address, key) = (args[0], args[1], args[2]);
var account = new Account(Guid.Parse(args[3]), args[4], args[5]);

var called = generator == "nswag"
    ? await NSwagCalls.Run(address, key, account)
    : await KiotaCalls.Run(address, key, account);
Console.Write(JsonSerializer.Serialize(called));

internal sealed record Account(Guid Subscription, string Group, string Name);

internal static class Check
{
    public static void That(bool holds, string what)
    {
        if (!holds) throw new Exception($"Not so: {what}");
    }
}
