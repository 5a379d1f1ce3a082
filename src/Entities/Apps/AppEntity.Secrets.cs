namespace Lifecycle.Entities;

public sealed partial class AppEntity
{
    /// <summary>Puts a new signing secret beside the newest old one. An app that is not registered has none to rotate.</summary>
    public void RotateSecret(SecretRotation rotation) => Rotate(rotation.Until, registration => registration.RotatedBy(rotation));

    /// <summary>Puts a new API key beside the one that is valid. An app that is not registered has none to rotate.</summary>
    public void RotateKey(KeyRotation rotation) => Rotate(rotation.Until, registration => registration.RotatedBy(rotation));

    // One that comes too late would make the older of two keys void for one that nobody knows.
    void Rotate(DateTimeOffset? until, Func<AppRegistration, AppRegistration> rotated)
    {
        var isLate = until < time.GetUtcNow();
        State = State?.Registration is { } registration ? State with { Registration = isLate ? registration : rotated(registration) } : null;
    }
}
