using System.IO.Compression;
using System.Security.Cryptography;

namespace Lifecycle.Functions.Console;

/// <summary>One file of the console, as it is and compressed.</summary>
public sealed class ConsoleFile
{
    readonly Lazy<byte[]> brotli;
    readonly Lazy<byte[]> gzip;

    ConsoleFile(string name, byte[] content)
    {
        (Content, ContentType) = (content, TypeOf(name));
        ETag = $"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..20]}\"";
        brotli = new(() => Pack(content, stream => new BrotliStream(stream, CompressionLevel.SmallestSize)));
        gzip = new(() => Pack(content, stream => new GZipStream(stream, CompressionLevel.SmallestSize)));
    }

    /// <summary>As it is.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>Its media type.</summary>
    public string ContentType { get; }

    /// <summary>Names its content.</summary>
    public string ETag { get; }

    /// <summary>How a browser keeps it.</summary>
    public required string CacheControl { get; init; }

    /// <summary>Of the page: the hash of the script in it. Null for the others.</summary>
    public string? Inline { get; init; }

    /// <summary>A file whose name changes with it.</summary>
    public static ConsoleFile Kept(string name, byte[] content) => new(name, content) { CacheControl = "public, max-age=31536000, immutable" };

    /// <summary>The page.</summary>
    public static ConsoleFile AskedFor(string name, byte[] content, string inline) => new(name, content) { CacheControl = "no-cache", Inline = inline };

    /// <summary>Its content in an encoding: <c>br</c>, <c>gzip</c>, or null for none.</summary>
    public ReadOnlyMemory<byte> In(string? encoding) => encoding switch
    {
        "br" => brotli.Value,
        "gzip" => gzip.Value,
        _ => Content,
    };

    /// <summary>Compresses it beside whatever else is done, so that who asks for it does not wait for long.</summary>
    public void PackSoon() => _ = Task.Run(() => brotli.Value);

    static byte[] Pack(byte[] content, Func<Stream, Stream> packer)
    {
        var packed = new MemoryStream();
        using (var stream = packer(packed))
        {
            stream.Write(content);
        }

        return packed.ToArray();
    }

    static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" or ".mjs" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    };
}
