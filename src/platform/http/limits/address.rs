//! Requests by client address. Behind a proxy the address is the last one in `X-Forwarded-For` that
//! is not a trusted proxy; from anybody else that header is not believed.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::atomic::{AtomicU32, Ordering},
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};

use crate::{
    kernel::{Code, Refusal},
    platform::config::{Proxies, Settings},
};

/// After this many checks, addresses that are quiet again are forgotten.
const SWEEP: u32 = 10_000;

pub(super) struct Addresses {
    limiter: DefaultKeyedRateLimiter<IpAddr>,
    proxies: Proxies,
    metrics_from: Proxies,
    checks: AtomicU32,
}

impl Addresses {
    pub(super) fn new(settings: &Settings) -> Self {
        let quota = Quota::per_minute(settings.rate_per_minute).allow_burst(settings.rate_burst);
        Self {
            limiter: RateLimiter::keyed(quota),
            proxies: settings.trusted_proxies.clone(),
            metrics_from: settings.metrics_from.clone(),
            checks: AtomicU32::new(0),
        }
    }

    pub(super) fn may_read_metrics(&self, peer: IpAddr, forwarded: Option<&str>) -> bool {
        let is_known = forwarded.is_none() || self.proxies.contains(peer);
        is_known && self.metrics_from.contains(client(peer, forwarded, &self.proxies))
    }

    pub(super) fn network(&self, peer: IpAddr, forwarded: Option<&str>) -> IpAddr {
        network_of(client(peer, forwarded, &self.proxies))
    }

    /// Refuses where the address asked too often. A request that came over no network has none.
    pub(super) fn check(
        &self,
        peer: Option<IpAddr>,
        forwarded: Option<&str>,
    ) -> Result<(), Refusal> {
        let Some(peer) = peer else { return Ok(()) };
        if self.checks.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.limiter.retain_recent();
        }
        let address = client(peer, forwarded, &self.proxies);
        self.limiter.check_key(&network_of(address)).map_err(|not_until| {
            let wait = not_until.wait_time_from(DefaultClock::default().now());
            let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
            Refusal::new(Code::TooManyRequests).retry_after(seconds)
        })
    }
}

/// The client's own address.
pub(super) fn client(peer: IpAddr, forwarded: Option<&str>, proxies: &Proxies) -> IpAddr {
    if !proxies.contains(peer) {
        return peer;
    }
    let mut hops =
        forwarded.unwrap_or_default().rsplit(',').map_while(|hop| hop.trim().parse().ok());
    hops.find(|hop| !proxies.contains(*hop)).unwrap_or(peer)
}

/// One household has a whole /64 of IPv6 addresses.
pub(super) fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64)).into(),
        v4 => v4,
    }
}
