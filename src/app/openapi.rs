//! The OpenAPI document: generated from the handlers, with what every operation shares added once.

use utoipa::{
    OpenApi as _,
    openapi::{
        ContentBuilder, ObjectBuilder, OpenApi, Ref, Required, ResponseBuilder,
        path::{Operation, ParameterBuilder, ParameterIn},
        schema::Type,
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};
use utoipa_actix_web::AppExt;
use utoipa_swagger_ui::SwaggerUi;

use super::routes;
use crate::{platform::http::ProblemBody, witness};

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "jiugai 旧改",
        description = "Renovation of old urban neighbourhoods 城镇老旧小区改造: registry, owner votes. \
            Errors are application/problem+json with a stable code; money and areas are decimal \
            strings; instants are UTC; every POST takes an Idempotency-Key."
    ),
    components(schemas(ProblemBody))
)]
struct Frame;

/// The document before the routes are added.
#[must_use]
pub fn frame() -> OpenApi {
    let mut document = Frame::openapi();
    if let Some(components) = document.components.as_mut() {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    }
    document
}

/// The whole document, as `jiugai openapi` writes it.
#[must_use]
pub fn document() -> OpenApi {
    let app = actix_web::App::new().into_utoipa_app().openapi(frame());
    let app = app.configure(routes::mount).configure(witness::routes);
    complete(app.split_for_parts().1)
}

/// The page that shows the document, at `/docs/`.
#[must_use]
pub fn swagger(document: OpenApi) -> SwaggerUi {
    SwaggerUi::new("/docs/{_:.*}").url("/openapi.json", complete(document))
}

const SHARED_ERRORS: &[(&str, &str)] = &[
    ("400", "The request can't be read"),
    ("401", "No valid token"),
    ("403", "Not within the caller's permissions"),
    ("404", "No such thing, or not within the caller's scope"),
    ("409", "State, law or a concurrent change forbids it"),
    ("422", "A field breaks its rule"),
    ("429", "Too many requests"),
    ("500", "A failure on our side"),
    ("503", "Busy; try again"),
];

fn complete(mut document: OpenApi) -> OpenApi {
    for item in document.paths.paths.values_mut() {
        if let Some(operation) = item.post.as_mut().filter(|post| keeps_answers(post)) {
            add_idempotency_key(operation);
        }
        let operations =
            [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            add_shared_errors(operation);
        }
    }
    document
}

/// Commands whose answer holds a secret, or that are about the session itself: no answer is kept.
const WITHOUT_KEY: &[&str] = &[
    "sign_out",
    "change_password",
    "enrol_totp",
    "create_account",
    "reset_account_password",
    "issue_survey_links",
];

fn keeps_answers(operation: &Operation) -> bool {
    let security = operation.security.as_ref();
    let is_public = security.is_none_or(|all| all.contains(&SecurityRequirement::default()));
    let id = operation.operation_id.as_deref().unwrap_or_default();
    !is_public && !WITHOUT_KEY.contains(&id)
}

fn add_idempotency_key(operation: &mut Operation) {
    let key = ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("The same key and body get the same answer, and one effect"))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).max_length(Some(255))))
        .build();
    operation.parameters.get_or_insert_default().push(key.into());
}

fn add_shared_errors(operation: &mut Operation) {
    for (status, description) in SHARED_ERRORS {
        operation.responses.responses.entry((*status).to_owned()).or_insert_with(|| {
            ResponseBuilder::new()
                .description(*description)
                .content(
                    "application/problem+json",
                    ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build(),
                )
                .build()
                .into()
        });
    }
}
