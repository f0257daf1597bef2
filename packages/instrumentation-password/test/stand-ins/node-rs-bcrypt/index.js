/** Stands in for the native package: its shape, and a comparison of texts. */
const verify = async (password, hash) => `hash of ${password}` === hash;
const verifySync = (password, hash) => `hash of ${password}` === hash;

module.exports.verify = verify;
module.exports.compare = verify;
module.exports.verifySync = verifySync;
module.exports.compareSync = verifySync;
