namespace Lifecycle.Entities;

public sealed partial class AppEntity
{
    /// <summary>Puts a new signing secret beside the newest old one. An app that is not registered has none to rotate.</summary>
    public void RotateSecret(SecretRotation rotation) => Rotate(registration => registration.RotatedBy(rotation));

    /// <summary>Puts a new API key beside the one that is valid. An app that is not registered has none to rotate.</summary>
    public void RotateKey(KeyRotation rotation) => Rotate(registration => registration.RotatedBy(rotation));

    void Rotate(Func<AppRegistration, AppRegistration> rotated) =>
        State = State?.Registration is { } registration ? State with { Registration = rotated(registration) } : null;
}
