//! What becomes of one thing of several that a phone sends after work without network.

crate::text_enum! {
    /// What became of one of a batch.
    pub enum UploadOutcome {
        /// 已登记.
        Accepted = "accepted",
        /// 重复上传: the same is on record.
        Duplicate = "duplicate",
        /// 冲突: another content stands under the key, or the household's later word outweighs it.
        Conflict = "conflict",
        /// 退回: nothing was kept; the phone keeps it.
        Refused = "refused",
    }
}
