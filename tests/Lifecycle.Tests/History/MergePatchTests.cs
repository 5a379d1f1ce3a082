using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck.Xunit;
using Xunit;

namespace Lifecycle.Tests;

public sealed class MergePatchTests
{
    [Theory]
    [InlineData("""{"a":1}""", """{"a":1}""", "{}")]
    [InlineData("""{"a":1}""", """{"a":2}""", """{"a":2}""")]
    [InlineData("""{"a":1,"b":2}""", """{"b":2}""", """{"a":null}""")]
    [InlineData("""{"a":{"b":1,"c":2}}""", """{"a":{"b":1,"c":3}}""", """{"a":{"c":3}}""")]
    [InlineData("""{"a":[1,2]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""{"a":[1]}""", """{"a":{"b":1}}""", """{"a":{"b":1}}""")]
    [InlineData("""{"a":{"b":1}}""", """{"a":"x"}""", """{"a":"x"}""")]
    public void Write_TwoDocuments_HoldsWhatDiffers(string from, string to, string patch)
    {
        Assert.Equal(patch, Diff(from, to));
        Assert.Equal(to, Patched(from, patch));
    }

    // Documents made of the bits of two numbers: fields come and go, change their kind, and are nested.
    [Property]
    public void Apply_PatchOfAnyTwoDocuments_LeadsFromOneToTheOther(uint one, uint two)
    {
        var (from, to) = (Document(one, 2), Document(two, 2));
        var patched = Patched(from, Diff(from, to));
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(to), JsonElement.Parse(patched)), patched);
    }

    static string Document(uint seed, int depth)
    {
        var fields = new JsonObject();
        for (var bits = seed; bits != 0; bits >>= 4)
        {
            fields[$"f{bits & 3}"] = (bits >> 2 & 3) switch
            {
                0 when depth > 0 => JsonNode.Parse(Document(bits >> 3, depth - 1)),
                1 => new JsonArray((int)bits, null),
                2 => $"{bits}",
                _ => bits,
            };
        }

        return fields.ToJsonString();
    }

    static string Diff(string from, string to)
    {
        var patch = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(patch))
        {
            MergePatch.Write(writer, JsonElement.Parse(from), JsonElement.Parse(to));
        }

        return System.Text.Encoding.UTF8.GetString(patch.WrittenSpan);
    }

    static string Patched(string document, string patch)
    {
        var json = JsonNode.Parse(document)!.AsObject();
        MergePatch.Apply(json, JsonElement.Parse(patch));
        return json.ToJsonString();
    }
}
