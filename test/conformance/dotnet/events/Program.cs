// dotnet events.dll <file of events>: reads them by both SDKs for .NET, as a subscriber does.
using System.Net.Mime;
using System.Text.Json;
using CloudNative.CloudEvents.SystemTextJson;

var bytes = File.ReadAllBytes(args[0]);
using var sent = JsonDocument.Parse(bytes);
var originals = sent.RootElement.EnumerateArray().ToList();

var batch = new JsonEventFormatter().DecodeBatchModeMessage(
    bytes, new ContentType("application/cloudevents-batch+json"), null);
Same(originals.Count, batch.Count);
foreach (var (read, original) in batch.Zip(originals))
{
    Same(true, read.IsValid);
    Same(Text(original, "id"), read.Id);
    Same(Text(original, "source"), read.Source?.OriginalString);
    Same(Text(original, "type"), read.Type);
    Same(Text(original, "subject"), read.Subject);
    Same(original.GetProperty("time").GetDateTimeOffset(), read.Time);
    SameData(original, (JsonElement)read.Data!);
}

var azure = Azure.Messaging.CloudEvent.ParseMany(BinaryData.FromBytes(bytes));
Same(originals.Count, azure.Length);
foreach (var (read, original) in azure.Zip(originals))
{
    Same(Text(original, "id"), read.Id);
    Same(Text(original, "source"), read.Source);
    Same(Text(original, "type"), read.Type);
    Same(Text(original, "subject"), read.Subject);
    Same(original.GetProperty("time").GetDateTimeOffset(), read.Time);
    SameData(original, JsonElement.Parse(read.Data!.ToString()));
}
Console.Write(JsonSerializer.Serialize(new { events = originals.Count }));

static string? Text(JsonElement from, string name) => from.GetProperty(name).GetString();

static void SameData(JsonElement sent, JsonElement read) =>
    Same(true, JsonElement.DeepEquals(sent.GetProperty("data"), read));

static void Same<T>(T expected, T actual)
{
    if (!Equals(expected, actual)) throw new Exception($"Read {actual}, but {expected} was sent.");
}
