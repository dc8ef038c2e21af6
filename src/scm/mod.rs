//! Latent variable models: the built-in world of scenes and the linear models.
