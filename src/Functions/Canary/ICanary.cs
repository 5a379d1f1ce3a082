namespace Lifecycle.Functions.Canary;

/// <summary>Looks whether a client can open a socket at the SignalR service now. Tests and scenarios put their own in its place.</summary>
public interface ICanary
{
    /// <summary>Looks once, and takes as long as that takes: whoever shares what was seen is <see cref="ServiceWatch"/>.</summary>
    /// <returns>Whether a socket opened; false for every failure.</returns>
    /// <exception cref="OperationCanceledException">The look was given up, and has seen nothing.</exception>
    Task<bool> OpensAsync(CancellationToken cancellation);
}
