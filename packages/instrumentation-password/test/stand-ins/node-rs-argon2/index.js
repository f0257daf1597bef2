/** Stands in for the native package: its shape, and a comparison of texts. */
module.exports.verify = async (hash, password) => `hash of ${password}` === hash;
module.exports.verifySync = (hash, password) => `hash of ${password}` === hash;
