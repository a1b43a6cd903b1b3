/**
 * The games of the Arcade Learning Environment (ale-py 0.12), each `ALE/NAME-v5` in Gymnasium.
 *
 * @module
 */

/** Their names. */
export const ATARI_GAMES: readonly string[] = (
  "Adventure AirRaid Alien Amidar Assault Asterix Asteroids Atlantis Atlantis2 Backgammon " +
  "BankHeist BasicMath BattleZone BeamRider Berzerk Blackjack Bowling Boxing Breakout Carnival " +
  "Casino Centipede ChopperCommand CrazyClimber Crossbow Darkchambers Defender DemonAttack " +
  "DonkeyKong DoubleDunk Earthworld ElevatorAction Enduro Entombed Et FishingDerby FlagCapture " +
  "Freeway Frogger Frostbite Galaxian Gopher Gravitar Hangman HauntedHouse Hero HumanCannonball " +
  "IceHockey Jamesbond JourneyEscape Kaboom Kangaroo KeystoneKapers KingKong Klax Koolaid Krull " +
  "KungFuMaster LaserGates LostLuggage MarioBros MiniatureGolf MontezumaRevenge MrDo MsPacman " +
  "NameThisGame Othello Pacman Phoenix Pitfall Pitfall2 Pong Pooyan PrivateEye Qbert Riverraid " +
  "RoadRunner Robotank Seaquest SirLancelot Skiing Solaris SpaceInvaders SpaceWar StarGunner " +
  "Superman Surround Tennis Tetris TicTacToe3D TimePilot Trondead Turmoil Tutankham UpNDown " +
  "Venture VideoCheckers VideoChess VideoCube VideoPinball WizardOfWor WordZapper YarsRevenge " +
  "Zaxxon"
).split(" ");

/** A game's id in Gymnasium. */
export function atariId(game: string): string {
  return `ALE/${game}-v5`;
}
